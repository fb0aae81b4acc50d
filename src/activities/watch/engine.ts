import { z } from 'zod';
import type { AlertKind, AlertSeverity } from '../../domain/alert.ts';
import { OPEN_STATUSES } from '../../domain/state.ts';
import type { DraftPlace } from '../../store/types-watch.ts';
import { type Check, forEach, type Look } from './check.ts';
import { type Reconciled, reconcile } from './reconcile.ts';

/** Drafts a run compares with the engine; the next goes on from there, so each has its turn. */
const AT_MOST = 300;
const PAGE = 100;
const MARK = 'engine';

/** Where the round is: after this draft, in this status. What it found so far counts for its alerts. */
const roundSchema = z.object({
  status: z.int().min(0),
  after: z.object({ draftId: z.string(), createdAtMs: z.number() }).nullable(),
  gone: z.int(),
  unknown: z.int(),
  behind: z.int(),
  differs: z.int(),
  failing: z.int(),
});
type Round = z.infer<typeof roundSchema>;
const START: Round = { status: 0, after: null, gone: 0, unknown: 0, behind: 0, differs: 0, failing: 0 };

/** Goes round all open drafts: does the engine still live what the record shows? */
export const engine: Check = async (look) => {
  const { store } = look.deps;
  let round = roundSchema.catch(START).parse(await store.getMark(MARK));
  let looked = 0;
  let repaired = 0;
  while (looked < AT_MOST && look.hasTime()) {
    const status = OPEN_STATUSES[round.status];
    if (status === undefined) {
      await conclude(look, round);
      round = START;
      break;
    }
    const page = await store.draftsInStatus(status, round.after, Math.min(PAGE, AT_MOST - looked));
    const results = await compare(look, page);
    looked += results.size;
    repaired += [...results.values()].filter((result) => result === 'repaired' || result === 'behind').length;
    await tell(look, results);
    round = onward(round, page, results);
    await store.putMark(MARK, round);
    // Time ran out within the page: what was not looked at comes first the next time.
    if (results.size < page.length) break;
  }
  await store.putMark(MARK, round);
  return { looked, repaired, found: round.gone + round.unknown + round.differs + round.failing };
};

async function compare(look: Look, page: DraftPlace[]): Promise<Map<string, Reconciled>> {
  const results = new Map<string, Reconciled>();
  await forEach(look, page, async ({ draftId }) => {
    results.set(draftId, await reconcile(look, draftId));
  });
  return results;
}

function onward(round: Round, page: DraftPlace[], results: Map<string, Reconciled>): Round {
  const found = { ...round };
  for (const kind of KINDS) found[kind] += [...results.values()].filter((result) => result === kind).length;
  const unseen = page.findIndex(({ draftId }) => !results.has(draftId));
  const last = unseen < 0 ? page.at(-1) : page[unseen - 1];
  if (page.length === 0) return { ...found, status: round.status + 1, after: null };
  return { ...found, status: round.status, after: last ?? round.after };
}

interface Trouble {
  kind: AlertKind;
  severity: AlertSeverity;
  reason: string;
  title: string;
}
const MISMATCH = { kind: 'projection_mismatch', severity: 'critical' } as const;
/** What a round may find, and how operators are told. */
const TROUBLES = {
  gone: {
    ...MISMATCH,
    reason: 'workflow_not_found',
    title: 'Temporal does not know open drafts. Is it the right server and namespace?',
  },
  unknown: {
    ...MISMATCH,
    reason: 'outcome_unknown',
    title: 'Workflows were ended by force while a send was in the air: nobody settles it.',
  },
  behind: {
    ...MISMATCH,
    reason: 'record_behind',
    title: 'Drafts were further than our record of them, which was put right. Is the database an older copy?',
  },
  differs: {
    ...MISMATCH,
    reason: 'record_differs',
    title: 'Our record of drafts says otherwise than their workflows, and cannot be put right.',
  },
  failing: {
    ...{ kind: 'stuck', severity: 'critical', reason: 'workflow_task_failing' },
    title: 'Workers fail at drafts again and again: those do nothing until a worker can carry them on.',
  },
} as const satisfies Record<string, Trouble>;
type Kind = keyof typeof TROUBLES;
const KINDS: readonly Kind[] = ['gone', 'unknown', 'behind', 'differs', 'failing'];
const keyOf = (kind: Kind) => `${TROUBLES[kind].kind}:${kind}`;

async function tell({ deps }: Look, results: Map<string, Reconciled>): Promise<void> {
  for (const name of KINDS) {
    const found = [...results].filter(([, result]) => result === name);
    const [first] = found;
    if (!first) continue;
    const { reason, kind, severity, title } = TROUBLES[name];
    const facts = { reason, drafts: found.length };
    await deps.alerts.raise({ key: keyOf(name), kind, severity, title, facts, draftId: first[0] });
  }
}

/** A whole round without one of a kind: that trouble is over. */
async function conclude({ deps }: Look, round: Round): Promise<void> {
  for (const kind of KINDS) {
    if (round[kind] === 0) await deps.alerts.resolve(keyOf(kind));
  }
}
