import { randomUUID } from 'node:crypto';
import type { ApiDeps } from '../../src/api/deps.ts';
import { createReviewTokens } from '../../src/channels/token.ts';
import type { ReviewMail } from '../../src/channels/types.ts';
import type { PersonRole } from '../../src/domain/actor.ts';
import type { DraftProjection } from '../../src/domain/audit.ts';
import type { RevisionRecord, Store } from '../../src/store/types.ts';
import { createHooked, type HookedEdge } from '../recipients/support.ts';
import { creation, entry, projection, revision } from '../store/fixtures.ts';

export const SECRET = 'a secret of the instance, long enough to sign';
export const REVIEW_INBOX = 'reviews@acme.test';
export const tokens = createReviewTokens([SECRET]);

/** Keeps what was mailed. */
export class MemoryMail implements ReviewMail {
  readonly inboxId = REVIEW_INBOX;
  readonly sent: { to: string[]; subject: string; text: string; key: string }[] = [];
  async send(mail: { to: string[]; subject: string; text: string }, key: string) {
    if (!this.sent.some((one) => one.key === key)) this.sent.push({ ...mail, key });
    const at = this.sent.findIndex((one) => one.key === key);
    return { messageId: `<m${at}@acme.test>`, threadId: `thread-${at}` };
  }
}

export interface Doors extends HookedEdge {
  mail: MemoryMail;
}

/** The API with every door open, without Temporal: what reaches the engine is kept. */
export async function createDoors(options: Partial<ApiDeps> = {}): Promise<Doors> {
  const mail = new MemoryMail();
  const channels = { tokens, replies: mail, open: { email: true, slack: true } };
  const edge = await createHooked({ channels, ...options });
  edge.engine.outcome = {
    kind: 'done',
    result: { commandId: 'c', status: 'scheduled', revision: 1, digest: null, dueAtMs: null, holdUntilMs: null },
  };
  return { ...edge, mail };
}

export async function person(store: Store, name: string, roles: PersonRole[] = ['reviewer'], groups: string[] = []) {
  const userId = `usr_${name}_${randomUUID().slice(0, 8)}`;
  const email = `${userId.toLowerCase()}@acme.test`;
  await store.createUser({ userId, name, email, roles, createdAtMs: 1 });
  if (groups.length > 0) await store.changeUser(userId, { groups }, 1);
  return { userId, email, name };
}

/** A draft that waits for review, as its workflow would have told of it. */
export async function waiting(
  store: Store,
  change: Partial<DraftProjection> = {},
  written: Partial<RevisionRecord> = {},
) {
  const made = creation();
  await store.createDraft(made);
  const record = revision(made.draftId, written);
  await store.saveRevision(record);
  const told = { status: 'in_review', revision: 1, digest: record.digest, ...change } as const;
  const event = entry({
    type: 'revision_written',
    revision: 1,
    digest: record.digest,
    data: { status: 'in_review', replies: true },
  });
  await store.record(made.draftId, [event], projection(told));
  return { draftId: made.draftId, record };
}

/** Tells more of a draft. */
export async function told(
  store: Store,
  draftId: string,
  ...args: [Parameters<typeof entry>[0], Partial<DraftProjection>]
) {
  const [change, state] = args;
  const sequence = (await store.listEvents(draftId)).length + 1;
  await store.record(
    draftId,
    [entry({ sequence, ...change })],
    projection({ revision: 1, ...state, sequence, toldAtMs: projection().toldAtMs + sequence }),
  );
}

/** As after a press of the button in Slack. */
export async function connectSlack(store: Store, personId: string, slackUserId: string) {
  const member = { slackUserId, teamId: 'T1' };
  const claim = { ...member, personId, askedAtMs: 1, expiresAtMs: 3, tokenHash: randomUUID() };
  await store.claimSlack(claim);
  await store.confirmSlack(claim, 2);
}
