import { createRoute } from '@hono/zod-openapi';
import { groupOf } from '../../domain/oversight.ts';
import { rulesNaming } from '../../domain/policy/groups.ts';
import { peerOf } from '../auth.ts';
import { type Api, callerOf } from '../context.ts';
import { ApiProblem } from '../problems.ts';
import { groupListSchema, groupParams, groupSchema, putGroupSchema } from '../schemas/index.ts';
import { guard, json, jsonBody, newRouter, PROBLEMS } from './shared.ts';

const list = createRoute({
  operationId: 'listGroups',
  ...guard(['reviewer', 'operator', 'admin']),
  method: 'get',
  path: '/v1/groups',
  summary: 'Approver groups',
  responses: { 200: json(groupListSchema, 'By name, with the ids of their members.'), ...PROBLEMS },
});
const put = createRoute({
  operationId: 'putGroup',
  ...guard(['admin']),
  method: 'put',
  path: '/v1/groups/{group}',
  summary: 'Make a group, or replace its members',
  request: { params: groupParams, body: jsonBody(putGroupSchema) },
  responses: { 200: json(groupSchema, 'The group now.'), ...PROBLEMS },
});
const remove = createRoute({
  operationId: 'deleteGroup',
  ...guard(['admin']),
  method: 'delete',
  path: '/v1/groups/{group}',
  summary: 'Delete a group',
  description: 'Refused while rules in force or inboxes name it: what they ask of it could never come.',
  request: { params: groupParams },
  responses: { 204: { description: 'There is no such group any more.' }, ...PROBLEMS },
});

export function groupRoutes(api: Api) {
  return newRouter()
    .openapi(list, async (c) => c.json({ items: await api.store.listGroups() }, 200))
    .openapi(put, async (c) => {
      const { group } = c.req.valid('param');
      const { members } = c.req.valid('json');
      const unknown = await strangers(members);
      if (unknown.length > 0) {
        const message = `nobody is known by the id ${unknown.join(', ')}`;
        throw new ApiProblem('invalid_request', `members: ${message}`, {
          extra: { fields: [{ path: 'members', message }] },
        });
      }
      const before = (await api.store.listGroups()).find(({ name }) => name === group)?.members ?? null;
      const after = await api.store.putGroup(group, members, api.now());
      const by = { actorId: callerOf(c).id, ip: peerOf(c, api.trustProxy), atMs: api.now() };
      await api.store.logAccount({
        ...by,
        event: 'group_changed',
        subject: group,
        facts: { before, after: after.members },
      });
      return c.json(after, 200);
    })
    .openapi(remove, async (c) => {
      const { group } = c.req.valid('param');
      const policy = await api.store.activePolicy();
      const naming = policy === null ? [] : rulesNaming(policy.policy, group);
      if (naming.length > 0) {
        // Its approvals could never come.
        const message = `The rules in force name this group: change ${naming.join(', ')} first.`;
        throw new ApiProblem('group_in_use', message);
      }
      const inboxes = await inboxesNaming(group);
      if (inboxes.length > 0) {
        const message = `Drafts are assigned or escalated to this group: change the inbox ${inboxes.join(', ')} first.`;
        throw new ApiProblem('group_in_use', message);
      }
      const members = await api.store.deleteGroup(group);
      if (members === null) throw new ApiProblem('not_found', `There is no group ${group}.`);
      const by = { actorId: callerOf(c).id, ip: peerOf(c, api.trustProxy), atMs: api.now() };
      await api.store.logAccount({ ...by, event: 'group_deleted', subject: group, facts: { before: members } });
      return c.body(null, 204);
    });

  async function inboxesNaming(group: string): Promise<string[]> {
    const naming = (await api.store.listInboxes()).filter(
      ({ assignTo, escalateTo }) => escalateTo === group || (assignTo !== null && groupOf(assignTo) === group),
    );
    return naming.map(({ inboxId }) => inboxId);
  }

  /** Who is neither a person nor the holder of a configured key; an agent's key is in no group. */
  async function strangers(members: readonly string[]): Promise<string[]> {
    const people = (await api.store.listUsers()).map(({ userId }) => userId);
    const keys = api.keys.filter(({ roles }) => !roles.includes('agent')).map(({ id }) => id);
    const known = new Set([...people, ...keys]);
    return members.filter((id) => !known.has(id));
  }
}
