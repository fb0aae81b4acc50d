import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MailProvider, ProviderMessage } from '../../src/agentmail/port.ts';
import { type ApiKey, hashApiKey } from '../../src/config-keys.ts';
import type { AuditData } from '../../src/domain/audit.ts';
import type { CheckResult } from '../../src/domain/preflight.ts';
import type { ReasonCode } from '../../src/domain/reasons.ts';
import { draftTo, INBOX } from '../recipients/support.ts';
import { entry } from '../store/fixtures.ts';
import { suppress } from '../support/suppress.ts';
import { ask, clientOf, createEdge, type Edge, KEYS, secret } from './support.ts';

let edge: Edge;
beforeAll(async () => {
  const creator: ApiKey = { id: CREATOR, name: 'Its agent', roles: ['agent'], sha256: hashApiKey(secret(CREATOR)) };
  edge = await createEdge({ keys: [...KEYS, creator], mail });
});
afterAll(() => edge.close());

/** AgentMail as it is when somebody reads the draft. */
const answers = { blocked: async (): Promise<string[]> => [], thread: async (): Promise<ProviderMessage[]> => [] };
const mail = new Proxy({} as MailProvider, {
  get(_, name) {
    if (name === 'blockedRecipients') return () => answers.blocked();
    if (name === 'threadOf') return () => answers.thread();
    return () => Promise.reject(new Error(`the API called mail.${String(name)}`));
  },
});

/** Who asks for the drafts of these tests. */
const CREATOR = 'key-agent';
const ANN = 'found-ann@example.com';

const sent = (messageId: string): ProviderMessage => ({
  ...{ messageId, threadId: 't', inboxId: INBOX, labels: [], from: INBOX, to: [ANN], cc: [], bcc: [] },
  ...{ subject: 'Offer', text: '', html: '', attachments: [], timestampMs: 1 },
});

/** A draft that a check sent or held back, as its record tells it. */
async function back(
  found: CheckResult,
  state: { reason?: ReasonCode; to?: string[]; category?: string; inReplyTo?: string } = {},
) {
  const {
    inReplyTo,
    to = [`Ann <${ANN}>`, 'bob@example.com'],
    category = 'news',
    reason = found.reason ?? null,
  } = state;
  const held = found.result === 'block';
  const draftId = await draftTo(edge.store, to, {
    status: held ? 'scheduled' : 'in_review',
    reason,
    category,
    inReplyTo,
  });
  const data: AuditData = { reason: found.reason, checks: [found] };
  await edge.store.record(draftId, [entry({ type: held ? 'held_back' : 'sent_back', revision: 1, data })], null);
  const events = await clientOf(edge.app, 'ana').drafts.history(draftId);
  const { found: seen } = await clientOf(edge.app, 'ana').drafts.get(draftId);
  return { found: seen, sentences: events.map(({ summary }) => summary), events };
}

describe('a draft that does not leave says what was found', () => {
  it('which fields changed since it was approved', async () => {
    const fields = 'subject,text';
    const { found, sentences } = await back({
      ...{ check: 'snapshot', result: 'review', reason: 'snapshot_changed' },
      evidence: { fields },
    });
    expect(found).toMatchObject({ check: 'snapshot', message: 'Changed since it was approved: subject, text.' });
    expect(sentences.at(-1)).toMatch(/^Sent back .* Changed since it was approved: subject, text\.$/);
  });

  it('who of its recipients is suppressed, and by which entry, as the list is now; the record names nobody', async () => {
    await suppress(edge.store, ANN, { reason: 'unsubscribed' });
    const { found, sentences, events } = await back({
      ...{ check: 'suppression', result: 'review', reason: 'recipient_suppressed' },
      evidence: { recipients: 1, because: 'unsubscribed' },
    });
    expect(found).toMatchObject({
      message: '1 recipient: unsubscribed.',
      details: [`${ANN}: unsubscribed`],
    });
    expect(sentences.at(-1)).toContain('1 recipient: unsubscribed.');
    expect(JSON.stringify(events)).not.toContain('@example.com');
  });

  it('who asked by mail to get no more, and which proposal is to be decided', async () => {
    const to = 'stops@example.com';
    const proposal = { proposalId: 'stop-1', address: to, inboxId: INBOX, messageId: 'm', threadId: null };
    const found = { language: 'en', foundIn: 'text', status: 'open', decidedBy: null, decidedAtMs: null } as const;
    await edge.store.addProposal({ ...proposal, ...found, createdAtMs: 1 });
    const said = await back(
      {
        ...{ check: 'suppression', result: 'review', reason: 'recipient_asked_to_stop' },
        evidence: { recipients: 1, because: 'asked_to_stop' },
      },
      { to: [to] },
    );
    expect(said.found?.details).toEqual([`${to}: asked by mail to get no more of it (proposal stop-1)`]);
    expect(JSON.stringify(said.events)).not.toContain(to);
  });

  it('who was left out, where that made a new revision', async () => {
    await suppress(edge.store, 'left.example', { reason: 'manual' });
    const { found } = await back(
      {
        ...{ check: 'suppression', result: 'drop', reason: 'recipient_suppressed' },
        evidence: { recipients: 1, because: 'manual' },
      },
      { reason: 'recipients_dropped', to: ['gone@left.example', 'stays@example.com'] },
    );
    expect(found?.details).toEqual(['gone@left.example: manual, by the entry left.example']);
  });

  it('who opted out of its category', async () => {
    await edge.store.putPreference('opted@example.com', { optedOut: ['news'] }, { by: 'x', atMs: 1 });
    const { found } = await back(
      {
        ...{ check: 'preferences', result: 'review', reason: 'recipient_opted_out' },
        evidence: { recipients: 1, category: 'news' },
      },
      { to: ['opted@example.com'] },
    );
    expect(found?.details).toEqual(['opted@example.com: opted out']);
  });

  it('which pause holds it, by whom and why', async () => {
    await edge.store.putPause({ kind: 'inbox', id: INBOX, reason: 'fire drill', by: 'ben', atMs: 1 });
    const { found, sentences } = await back({
      ...{ check: 'pause', result: 'block', reason: 'paused' },
      evidence: { pause: 'inbox' },
    });
    expect(found).toMatchObject({
      message: 'Its inbox is paused.',
      details: [`inbox ${INBOX}: paused by Ben Okoro (fire drill)`],
    });
    expect(sentences.at(-1)).toBe('Held back before anything left: Sending is paused. Its inbox is paused.');
    await edge.store.removePause('inbox', INBOX);
  });

  it("whom AgentMail's lists refuse, and nobody where it does not answer", async () => {
    const found: CheckResult = {
      check: 'send_lists',
      result: 'review',
      reason: 'recipient_blocked',
      evidence: { recipients: 1 },
    };
    answers.blocked = async () => [ANN];
    expect((await back(found)).found?.details).toEqual([`${ANN}: on a block list of AgentMail`]);
    answers.blocked = () => Promise.reject(new Error('down'));
    expect((await back(found)).found).toMatchObject({
      message: '1 recipient.',
      details: [],
    });
    answers.blocked = () => new Promise(() => {});
    expect((await back(found)).found?.details).toEqual([]);
  });

  it('which message is newer', async () => {
    const message = { from: 'Ann <ann@x.example>', subject: 'Re: Offer', timestampMs: Date.UTC(2026, 4, 4, 8) };
    answers.thread = async () => [sent('<old@x>'), { ...sent('<new@x>'), ...message }];
    const found: CheckResult = {
      check: 'newer_inbound',
      result: 'review',
      reason: 'newer_inbound',
      evidence: { messageId: '<new@x>' },
    };
    const { found: told } = await back(found, { inReplyTo: '<old@x>' });
    expect(told?.details).toEqual(['Ann <ann@x.example>: Re: Offer, 2026-05-04T08:00:00.000Z']);
  });

  it('nothing that was about another reason', async () => {
    const old: CheckResult = { check: 'draft_age', result: 'review', reason: 'draft_stale', evidence: { ageMs: 1 } };
    expect((await back(old, { reason: 'time_changed' })).found).toBeNull();
  });
});

it('a last look that says no is not told as a refusal of AgentMail', async () => {
  const draftId = await draftTo(edge.store, [ANN], { status: 'scheduled' });
  const checks: CheckResult[] = [{ check: 'pause', result: 'block', reason: 'paused', evidence: { pause: 'all' } }];
  const data = { attempt: 1, code: 'paused', checks };
  await edge.store.record(draftId, [entry({ type: 'send_refused', data })], null);
  const [told] = await clientOf(edge.app, 'ana').drafts.history(draftId);
  expect(told?.summary).toBe('Stopped in the last look before it left: Sending is paused. All sending is paused.');
});

it('agents are told what was found, not about whom', async () => {
  await suppress(edge.store, ANN, { reason: 'unsubscribed' });
  const draftId = await draftTo(edge.store, [ANN], { status: 'in_review', reason: 'recipient_suppressed' });
  const checks: CheckResult[] = [
    {
      ...{ check: 'suppression', result: 'review', reason: 'recipient_suppressed' },
      evidence: { recipients: 1, because: 'unsubscribed' },
    },
  ];
  const row = entry({ type: 'sent_back', revision: 1, data: { reason: 'recipient_suppressed', checks } });
  await edge.store.record(draftId, [row], null);
  const answer = await ask(edge.app, CREATOR, 'GET', `/v1/drafts/${draftId}`);
  expect((await answer.json()).found).toMatchObject({
    message: '1 recipient: unsubscribed.',
    details: [],
  });
});
