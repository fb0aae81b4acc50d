import { createRoute } from '@hono/zod-openapi';
import { jsonDigest } from '../../domain/digest.ts';
import { isEnd } from '../../domain/state.ts';
import { askVerdict, dryRun, judge, keptRecord, type PolicyRecord } from '../../policy/index.ts';
import type { DraftRow, PolicyVersion } from '../../store/types.ts';
import { type Api, callerOf, visibleDraft } from '../context.ts';
import { logSetting } from '../pausing.ts';
import { policyNotes } from '../policy-notes.ts';
import { ApiProblem } from '../problems.ts';
import {
  activePolicySchema,
  type DraftPolicy,
  draftParams,
  draftPolicySchema,
  dryRunRequestSchema,
  dryRunSchema,
  listPoliciesQuery,
  type PolicyExplanation,
  type PolicyVersionView,
  policyPutSchema,
  policyVersionListSchema,
  policyVersionParams,
  policyVersionSchema,
  putPolicySchema,
} from '../schemas/index.ts';
import { iso } from '../views.ts';
import { guard, json, jsonBody, newRouter, PROBLEMS } from './shared.ts';

const PEOPLE = ['reviewer', 'operator'] as const;
const OWNERS = ['operator', 'admin'] as const;

const getPolicy = createRoute({
  operationId: 'getPolicy',
  ...guard(PEOPLE),
  method: 'get',
  path: '/v1/policies',
  summary: 'The rules that decide which draft needs whom',
  responses: { 200: json(activePolicySchema, 'The active version.'), ...PROBLEMS },
});
const putPolicy = createRoute({
  operationId: 'putPolicy',
  ...guard(OWNERS),
  method: 'put',
  path: '/v1/policies',
  summary: 'Keep a new version of the rules and let it decide',
  request: { body: jsonBody(putPolicySchema) },
  responses: { 200: json(policyPutSchema, 'It decides from now on.'), ...PROBLEMS },
});
const listVersions = createRoute({
  operationId: 'listPolicyVersions',
  ...guard(PEOPLE),
  method: 'get',
  path: '/v1/policies/versions',
  summary: 'Every version of the rules there ever was',
  request: { query: listPoliciesQuery },
  responses: { 200: json(policyVersionListSchema, 'A page, newest first.'), ...PROBLEMS },
});
const getVersion = createRoute({
  operationId: 'getPolicyVersion',
  ...guard(PEOPLE),
  method: 'get',
  path: '/v1/policies/versions/{version}',
  summary: 'One version of the rules',
  request: { params: policyVersionParams },
  responses: { 200: json(policyVersionSchema, 'The version.'), ...PROBLEMS },
});
const activate = createRoute({
  operationId: 'activatePolicyVersion',
  ...guard(OWNERS),
  method: 'post',
  path: '/v1/policies/versions/{version}/activate',
  summary: 'Let a version decide that is there already',
  request: { params: policyVersionParams },
  responses: { 200: json(policyVersionSchema, 'It decides from now on.'), ...PROBLEMS },
});
const tryPolicy = createRoute({
  operationId: 'dryRunPolicy',
  ...guard([...PEOPLE, 'auditor', 'admin']),
  method: 'post',
  path: '/v1/policies/dry-run',
  summary: 'Try rules on past drafts; nothing is changed',
  request: { body: jsonBody(dryRunRequestSchema) },
  responses: { 200: json(dryRunSchema, 'Counts of one page; go on with its cursor.'), ...PROBLEMS },
});
const explain = createRoute({
  operationId: 'explainDraftPolicy',
  ...guard(PEOPLE),
  method: 'get',
  path: '/v1/drafts/{id}/policy',
  summary: 'What policy says of a draft, and why',
  request: { params: draftParams },
  responses: { 200: json(draftPolicySchema, 'As recorded, and as it would be now.'), ...PROBLEMS },
});

export function policyRoutes(api: Api) {
  const { store } = api;
  return newRouter()
    .openapi(getPolicy, async (c) => {
      const active = await store.activePolicy();
      return c.json({ active: active && view(active, active.version) }, 200);
    })
    .openapi(putPolicy, async (c) => {
      const { policy, comment = null, baseVersion: base } = c.req.valid('json');
      const caller = callerOf(c);
      const before = await store.activePolicy();
      const made = {
        digest: jsonDigest(policy),
        policy,
        comment,
        by: caller.id,
        source: 'api',
        atMs: api.now(),
      } as const;
      const added = await store.addPolicy({ ...made, base });
      if (added.kind === 'conflict') {
        const now = before === null ? 'none is active' : `version ${before.version} is active`;
        throw new ApiProblem(
          'policy_conflict',
          `The rules were changed meanwhile: ${now}. Read them and change those.`,
        );
      }
      if (added.kind === 'added') await told(caller, before, added.version);
      const active = view(await known(added.version), added.version);
      const notes = policyNotes(policy, await store.listGroups());
      return c.json({ changed: added.kind === 'added', active, notes }, 200);
    })
    .openapi(listVersions, async (c) => {
      const { items, nextCursor } = await store.listPolicies(c.req.valid('query'));
      const lines = items.map(({ atMs, by, ...rest }) => ({ ...rest, by: api.names(by), at: iso(atMs) }));
      return c.json({ items: lines, nextCursor }, 200);
    })
    .openapi(getVersion, async (c) => {
      const version = await known(c.req.valid('param').version);
      return c.json(view(version, (await store.activePolicy())?.version ?? null), 200);
    })
    .openapi(activate, async (c) => {
      const { version } = await known(c.req.valid('param').version);
      const caller = callerOf(c);
      const before = await store.activePolicy();
      await store.activatePolicy(version, caller.id, api.now());
      await told(caller, before, version);
      return c.json(view(await known(version), version), 200);
    })
    .openapi(tryPolicy, async (c) => {
      const { inbox: inboxId, from, to, ...request } = c.req.valid('json');
      const filter = {
        ...(inboxId !== undefined && { inboxId }),
        ...(from !== undefined && { fromMs: Date.parse(from) }),
        ...(to !== undefined && { toMs: Date.parse(to) }),
      };
      const total = request.cursor === undefined ? await store.countPastDrafts(filter) : null;
      return c.json({ total, ...(await dryRun(store, { ...request, ...filter })) }, 200);
    })
    .openapi(explain, async (c) => {
      const row = await visibleDraft(api, callerOf(c), c.req.valid('param').id);
      return c.json(await explained(row), 200);
    });

  async function known(version: number): Promise<PolicyVersion> {
    const found = await store.getPolicy(version);
    if (found === null) throw new ApiProblem('not_found', `There is no version ${version} of the rules.`);
    return found;
  }

  function view({ atMs, by, ...rest }: PolicyVersion, active: number | null): PolicyVersionView {
    return { ...rest, by: api.names(by), at: iso(atMs), active: rest.version === active };
  }

  /** The log of settings tells which version took the place of which; the versions themselves are kept. */
  async function told(caller: ReturnType<typeof callerOf>, before: PolicyVersion | null, version: number) {
    const change = { before: before && { version: before.version }, after: { version } };
    await logSetting(api, caller, { what: 'policy', ...change });
  }

  async function explained(row: DraftRow): Promise<DraftPolicy> {
    const { draftId, projection, inboxId } = row;
    const number = projection?.revision ?? 0;
    const revision = number === 0 ? null : await store.getRevision(draftId, number);
    if (revision === null) return { draftId, revision: number, recorded: null, now: null };
    const recorded = await keptRecord(store, draftId, number);
    const over = projection !== null && isEnd(projection.status);
    const now = over ? null : await judgedNow();
    return { draftId, revision: number, recorded: recorded && explanation(recorded), now: now && explanation(now) };

    async function judgedNow(): Promise<PolicyRecord | null> {
      if (revision === null) return null;
      const [active, settings] = await Promise.all([store.activePolicy(), store.getInbox(inboxId)]);
      const sources = { store, verdictOn: () => askVerdict(api.mail, row, revision) };
      return judge(sources, active, settings, { row, revision, nowMs: api.now(), asOfMs: null });
    }
  }
}

function explanation({ atMs, mode, version, decision }: PolicyRecord): PolicyExplanation {
  const { oversight, rule, why, rules } = decision;
  const {
    kind,
    needs,
    holdMs,
    undoMs = 0,
    editorMayApprove,
    creatorMayApprove,
    replyApproval = false,
    route,
    priority,
    times,
  } = oversight;
  const said = { needs, holdMs, undoMs, editorMayApprove, creatorMayApprove, replyApproval, route, priority, times };
  return { at: iso(atMs), mode, version, outcome: kind, rule, why, ...said, rules };
}
