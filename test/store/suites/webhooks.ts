import { expect, it } from 'vitest';
import type { MessageEvent } from '../../../src/store/types.ts';
import type { Bench } from '../fixtures.ts';
import { projection, revision, T0, unique } from '../fixtures.ts';

const INBOX = 'billing@agentmail.to';

export function webhookTests({ store, newDraft }: Bench) {
  const withRecipients = async (to: string[], inReplyTo?: string, status: 'scheduled' | 'sent' = 'scheduled') => {
    const id = await newDraft();
    const { content } = revision(id);
    const reply = inReplyTo === undefined ? null : { inReplyTo, replyAll: false };
    await store().saveRevision(revision(id, { content: { ...content, to, cc: [], bcc: [], reply } }));
    await store().record(id, [], projection({ status }));
    return id;
  };

  it('knows the open drafts that would reach an entry, page by page', async () => {
    const at = `${unique('d')}.example`;
    const ids = await Promise.all([
      withRecipients([`Ann <ann@${at}>`]),
      withRecipients([`bo+x@sub.${at}`, 'other@example.com']),
      withRecipients([`ann+tag@${at}`]),
    ]);
    await withRecipients([`ann@${at}`], undefined, 'sent');
    const [ann, bo, tagged] = ids;
    const page = { limit: 10 };
    expect(await store().openDraftsTo(`ann@${at}`, page)).toEqual([ann, tagged].sort());
    expect(await store().openDraftsTo(`ann+tag@${at}`, page)).toEqual([tagged]);
    expect(await store().openDraftsTo(`bo@sub.${at}`, page)).toEqual([bo]);
    expect(await store().openDraftsTo(at, { limit: 2 })).toEqual([...ids].sort().slice(0, 2));
    const after = [...ids].sort()[1];
    expect(await store().openDraftsTo(at, { limit: 2, after })).toEqual([...ids].sort().slice(2));
    expect(await store().openDraftsTo(at, { limit: 2, inboxId: 'other@agentmail.to' })).toEqual([]);
    expect(await store().openDraftsTo('example', page)).toEqual([]);
    await store().saveRevision(revision(ann, { revision: 2, digest: 'e'.repeat(64) }));
    expect(await store().openDraftsTo(`ann@${at}`, page)).toEqual([tagged]);
  });

  it('knows the open replies of an inbox', async () => {
    const messageId = `<${unique('m')}@x.example>`;
    const id = await withRecipients(['ann@example.com'], messageId);
    await withRecipients(['ann@example.com'], messageId, 'sent');
    const found = (await store().openReplies(INBOX)).filter(({ inReplyTo }) => inReplyTo === messageId);
    expect(found).toEqual([{ draftId: id, inReplyTo: messageId }]);
    expect(await store().openReplies('other@agentmail.to')).toEqual([]);
  });

  it('marks an event once, and moves its time forward only', async () => {
    const [eventId, deliveryId] = [unique('evt'), unique('msg')];
    const delivery = { eventId, deliveryId, type: 'message.sent', signedAtMs: T0, processedAtMs: T0 };
    expect(await store().findWebhook(delivery)).toBeNull();
    await store().markWebhook(delivery);
    await store().markWebhook({ ...delivery, signedAtMs: T0 + 5, processedAtMs: T0 + 6 });
    await store().markWebhook({ ...delivery, signedAtMs: T0 + 1 });
    const kept = { ...delivery, signedAtMs: T0 + 5 };
    expect(await store().findWebhook({ eventId: 'another', deliveryId })).toEqual(kept);
    expect(await store().findWebhook({ eventId, deliveryId: 'another' })).toEqual(kept);
  });

  it('attaches an event to its draft once that is known', async () => {
    const id = await newDraft();
    const messageId = `<${unique('sent')}@x.example>`;
    const event: MessageEvent = {
      ...{ eventId: unique('evt'), type: 'bounced', inboxId: INBOX, messageId },
      ...{ recipient: 'ann@example.com', detail: 'Permanent', atMs: T0 },
    };
    await store().addMessageEvents([event, { ...event, recipient: 'bo@example.com' }]);
    await store().addMessageEvents([event]);
    await store().addMessageEvents([]);
    const attach = async () =>
      (await store().attachMessageEvents({ limit: 100, sinceMs: T0 })).filter(({ draftId }) => draftId === id);
    expect(await attach()).toEqual([]);
    expect(await store().draftOfMessage(INBOX, messageId)).toBeNull();
    await store().record(id, [], projection({ status: 'sent', messageId, revision: 3, digest: 'd' }));
    expect((await store().draftOfMessage(INBOX, messageId))?.draftId).toBe(id);
    expect(await store().draftOfMessage('other@agentmail.to', messageId)).toBeNull();
    expect(await store().attachMessageEvents({ limit: 100, sinceMs: T0 + 1 })).toEqual([]);
    expect(await attach()).toEqual([{ eventId: event.eventId, draftId: id }]);
    expect(await attach()).toEqual([]);
    const [row, ...others] = await store().listEvents(id);
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      ...{ origin: `event:${event.eventId}`, type: 'bounced', atMs: T0, revision: 3, digest: 'd' },
      data: { eventId: event.eventId, messageId, recipients: 2, code: 'Permanent' },
    });
  });

  it('keeps a proposal until one person decides', async () => {
    const proposal = {
      ...{
        proposalId: unique('p'),
        address: `ann@${unique('d')}.example`,
        inboxId: INBOX,
        messageId: 'm',
        threadId: null,
      },
      ...{ language: 'en', foundIn: 'text' as const, status: 'open' as const, createdAtMs: T0 },
      ...{ decidedBy: null, decidedAtMs: null },
    };
    const { proposalId, address } = proposal;
    expect([await store().addProposal(proposal), await store().addProposal(proposal)]).toEqual([true, false]);
    expect((await store().listProposals({ status: 'open', limit: 100 })).items).toContainEqual(proposal);
    const accepted = await store().decideProposal(proposalId, { status: 'accepted', by: 'ana', atMs: T0 + 1 });
    expect(accepted).toMatchObject({ status: 'accepted', decidedBy: 'ana', decidedAtMs: T0 + 1 });
    const late = await store().decideProposal(proposalId, { status: 'dismissed', by: 'ben', atMs: T0 + 2 });
    expect(late).toEqual(accepted);
    expect(await store().decideProposal('none', { status: 'dismissed', by: 'ben', atMs: T0 })).toBeNull();
    expect(await store().recipientEvents(address)).toMatchObject([{ action: 'proposal_accepted', by: 'ana' }]);
    const page = await store().listProposals({ limit: 1 });
    expect(page.items).toHaveLength(1);
  });
}
