import { WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { ApplicationFailure, WorkflowNotFoundError } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcomeOf } from '../../src/api/engine.ts';
import type { CommandResult } from '../../src/workflows/messages.ts';
import { ask, createEdge, type Edge } from './support.ts';

const DIGEST = 'a'.repeat(64);
const APPROVE = { decision: 'approve', revision: 1, digest: DIGEST };
const RESULT: CommandResult = {
  ...{ commandId: 'c', status: 'scheduled', revision: 1, digest: DIGEST },
  ...{ dueAtMs: 1_800_000_000_000, holdUntilMs: null },
};

const lastInput = <T>(edge: Edge) => edge.engine.commands.at(-1)!.input as T;

describe('what an Update answered', () => {
  const refused = (type: string) => new WorkflowUpdateFailedError('failed', ApplicationFailure.nonRetryable('x', type));
  it.each([
    ['a refusal', refused('refused.stale_revision'), { kind: 'refused', code: 'stale_revision' }],
    ['no such workflow', new WorkflowNotFoundError('gone', 'id', undefined), { kind: 'gone' }],
    ['an end in between', refused('AcceptedUpdateCompletedWorkflow'), { kind: 'gone' }],
    ['no answer in time', new WorkflowUpdateRPCTimeoutOrCancelledError('late'), { kind: 'unavailable' }],
    [
      'gRPC unavailable',
      new Error('x', { cause: Object.assign(new Error('y'), { code: 14 }) }),
      { kind: 'unavailable' },
    ],
  ])('is understood: %s', (_, error, expected) => {
    expect(outcomeOf(error)).toMatchObject(expected);
  });
  it.each([refused('refused.no_such_code'), refused('SomeBug'), new TypeError('bug')])(
    'lets a fault through',
    (error) => {
      expect(() => outcomeOf(error)).toThrow(error);
    },
  );
});

describe('commands', () => {
  let edge: Edge;
  let path: string;
  let id: string;
  beforeAll(async () => {
    edge = await createEdge();
    const body = { inbox: 'support@acme.test', content: { to: ['b@example.com'], subject: 'Hi', text: 'Hello' } };
    id = (await (await ask(edge.app, 'agent', 'POST', '/v1/drafts', body)).json()).id;
    path = `/v1/drafts/${id}`;
  });
  afterAll(() => edge.close());
  const decide = (body: object, as: 'ana' | 'ben' = 'ana', headers = {}) =>
    ask(edge.app, as, 'POST', `${path}/decisions`, body, headers);

  it('records who decided what before it asks the engine', async () => {
    edge.engine.outcome = { kind: 'done', result: RESULT };
    const response = await decide({ ...APPROVE, comment: 'fine', decisionId: 'd-1' });
    expect(await response.json()).toEqual({
      ...{ draftId: id, decisionId: 'd-1', status: 'scheduled', revision: 1, digest: DIGEST },
      ...{ dueAt: '2027-01-15T08:00:00.000Z', holdUntil: null },
    });
    const { commandId, ...facts } = lastInput<{ commandId: string; commentRef: string }>(edge);
    expect(facts).toMatchObject(APPROVE);
    const recorded = await edge.store.getCommand(commandId);
    expect(recorded).toMatchObject({
      draftId: id,
      name: 'decide',
      actor: { id: 'ana', name: 'Ana Ruiz', kind: 'person' },
    });
    expect(await edge.store.getDocument(id, facts.commentRef)).toBe('fine');
  });

  it('sends a repeat under the same id, and refuses the id for anything else', async () => {
    await decide({ ...APPROVE, decisionId: 'd-2' });
    const first = edge.engine.commands.at(-1)?.input;
    await decide(APPROVE, 'ana', { 'Idempotency-Key': 'd-2' });
    expect(edge.engine.commands.at(-1)?.input).toEqual(first);
    const before = edge.engine.commands.length;
    for (const body of [
      { ...APPROVE, decision: 'reject' },
      { ...APPROVE, revision: 2 },
      { ...APPROVE, comment: 'x' },
    ]) {
      const conflict = await decide({ ...body, decisionId: 'd-2' });
      expect([conflict.status, (await conflict.json()).code]).toEqual([409, 'idempotency_conflict']);
    }
    expect(edge.engine.commands.length).toBe(before);
    // Another person's d-2 is another command.
    expect((await decide({ ...APPROVE, decisionId: 'd-2' }, 'ben')).status).toBe(200);
    expect(edge.engine.commands.at(-1)?.input).not.toEqual(first);
    expect((await decide({ ...APPROVE, decisionId: 'x' }, 'ana', { 'Idempotency-Key': 'y' })).status).toBe(422);
  });

  it('answers a refusal with its code and the state to decide on', async () => {
    edge.engine.outcome = { kind: 'refused', code: 'stale_revision' };
    const stale = await decide(APPROVE);
    expect(stale.status).toBe(409);
    expect(await stale.json()).toMatchObject({ code: 'stale_revision', current: { status: 'composing', revision: 0 } });
    edge.engine.outcome = { kind: 'refused', code: 'self_approval' };
    expect((await decide(APPROVE)).status).toBe(403);
  });

  it('says that a command nobody confirmed is recorded, and may be repeated', async () => {
    edge.engine.outcome = { kind: 'unavailable', cause: new Error('late') };
    const late = await decide({ ...APPROVE, decisionId: 'd-3' });
    expect([late.status, late.headers.get('Retry-After')]).toEqual([503, '2']);
    expect(await late.json()).toMatchObject({ code: 'engine_unavailable', decisionId: 'd-3' });
  });

  it('asks for the comment that changes need, and for the facts of a resolve', async () => {
    const fields = async (response: Response) => (await response.json()).fields.map((f: { path: string }) => f.path);
    expect(await fields(await decide({ ...APPROVE, decision: 'request_changes' }))).toEqual(['comment']);
    const resolve = (body: object) => ask(edge.app, 'ana', 'POST', `${path}/resolve`, body);
    expect(await fields(await resolve({ action: 'mark_sent' }))).toEqual(['messageId']);
    expect(await fields(await resolve({ action: 'give_up', acceptDuplicateRisk: true }))).toEqual([
      'acceptDuplicateRisk',
    ]);
  });

  it('does not know drafts that are not there', async () => {
    const response = await ask(edge.app, 'ana', 'POST', '/v1/drafts/draft-none/decisions', APPROVE);
    expect([response.status, (await response.json()).code]).toEqual([404, 'not_found']);
  });
});

describe('edits', () => {
  let edge: Edge;
  let id: string;
  const base = {
    ...{ to: ['b@example.com'], cc: [], bcc: [], replyTo: [], subject: 'Hi', text: 'Hello', html: '<p>Hello</p>' },
    ...{ attachments: [], reply: null },
  };
  beforeAll(async () => {
    edge = await createEdge();
    edge.engine.outcome = { kind: 'done', result: RESULT };
    const created = await ask(edge.app, 'agent', 'POST', '/v1/drafts', { inbox: 'i', content: { text: 'x' } });
    id = (await created.json()).id;
    const sha256 = await edge.store.putBlob(Buffer.from('kept'));
    await edge.store.saveRevision({
      ...{ draftId: id, revision: 1, digest: DIGEST, snapshot: null, warnings: [], authorId: 'agent' },
      content: { ...base, attachments: [{ sha256, filename: 'k.txt', size: 4, disposition: 'attachment' }] },
      ...{ origin: 'composed', createdAtMs: 1 },
    });
  });
  afterAll(() => edge.close());
  const edit = (content: object, baseRevision = 1) =>
    ask(edge.app, 'ana', 'POST', `/v1/drafts/${id}/edit`, { baseRevision, content });
  const written = async () => {
    const { contentRef } = lastInput<{ contentRef: string }>(edge);
    return edge.store.getDocument(id, contentRef);
  };

  it('keeps what the changes leave out', async () => {
    expect((await edit({ subject: 'New' })).status).toBe(200);
    expect(await written()).toMatchObject({ ...base, subject: 'New', attachments: [{ filename: 'k.txt' }] });
  });

  it('does not let one body say something else than the other', async () => {
    const half = await edit({ text: 'Goodbye' });
    expect((await half.json()).fields).toMatchObject([{ path: 'content.html' }]);
    expect((await edit({ text: 'Goodbye', html: '' })).status).toBe(200);
    expect(await written()).toMatchObject({ text: 'Goodbye', html: '' });
  });

  it('takes attachments of the base by hash and new ones by their bytes, and no other', async () => {
    const { content } = (await edge.store.getRevision(id, 1)) ?? {};
    const kept = content?.attachments[0]?.sha256;
    const added = { filename: 'n.txt', contentBase64: Buffer.from('new').toString('base64') };
    expect((await edit({ attachments: [{ sha256: kept }, added] })).status).toBe(200);
    expect(await written()).toMatchObject({ attachments: [{ filename: 'k.txt' }, { filename: 'n.txt', size: 3 }] });
    const foreign = await edge.store.putBlob(Buffer.from('of another draft'));
    expect((await edit({ attachments: [{ sha256: foreign }] })).status).toBe(422);
  });

  it('refuses a base that is not there, and changes of nothing', async () => {
    expect((await (await edit({ subject: 'x' }, 7)).json()).code).toBe('stale_revision');
    expect((await edit({})).status).toBe(422);
  });
});
