import type { Countersign } from '../../src/client/index.ts';
import { createInbox, eventually } from '../../test/support/machine.ts';

const INBOX = 'support@fuzz.test';
const CONTENT = {
  to: ['Beck <beck@example.com>'],
  subject: 'Your order',
  text: 'It is on its way.',
  html: '<p>It is on its way.</p>',
  attachments: [{ filename: 'a.txt', contentType: 'text/plain', contentBase64: 'aGVsbG8=' }],
};
const ROWS = `to,customer.name,invoice.number,invoice.amount.minorUnits,invoice.amount.currency,invoice.dueOn,sender.name,sender.company
p1@example.com,Person 1,R-1,100,EUR,2026-11-02,Jonas Brandt,Nordlicht GmbH
p2@example.com,Person 2,R-2,nothing,EUR,2026-11-02,Jonas Brandt,Nordlicht GmbH
`;

export interface Clients {
  agent: Countersign;
  reviewer: Countersign;
  operator: Countersign;
}

/** Makes one of everything that has an id. Answers the ids by place and name of the parameter that takes them. */
export async function seed({ agent, reviewer, operator }: Clients, mailUrl: string) {
  await createInbox(mailUrl, INBOX);
  const drafts = await Promise.all(
    [0, 1, 2, 3, 4, 5].map((n) =>
      agent.drafts.create({ inbox: INBOX, content: CONTENT, schedule: { kind: n % 2 ? 'held' : 'now' } }),
    ),
  );
  const [first, second] = await Promise.all(drafts.map(({ id }) => waiting(reviewer, id)));
  if (!first || !second) throw new Error('no draft was seeded');
  await reviewer.drafts.decide(first.id, { decision: 'approve', revision: 1, digest: first.digest ?? '' });
  await reviewer.drafts.decide(second.id, {
    ...{ decision: 'request_changes', revision: 1, digest: second.digest ?? '' },
    comment: 'Say when.',
  });
  await reviewer.drafts.comment(second.id, { comment: 'Tomorrow?' });
  const batch = await agent.batches.create({ name: 'fuzz', inbox: INBOX, recipe: 'invoice-reminder', format: 'csv' });
  await agent.batches.upload(batch.id, new TextEncoder().encode(ROWS));
  await reviewer.suppressions.add({ entry: 'gone@example.com' });
  const user = await operator.users.invite({ email: 'ina@example.com', name: 'Ina Roth', roles: ['auditor'] });
  await operator.groups.set('finance', [user.user.id]);
  const key = await operator.keys.create({ name: 'Fuzzed', roles: ['agent'] });
  await operator.limits.set('inbox', INBOX, [{ count: 1_000, perMs: 60_000 }]);
  return {
    'path.id': [...drafts.map(({ id }) => id), batch.id, user.user.id, key.apiKey.id],
    'path.inbox': [INBOX],
    'path.address': ['gone@example.com', 'beck@example.com'],
    'path.entry': ['gone@example.com', 'example.com'],
    'path.group': ['finance'],
    'path.target': [INBOX],
    'query.inbox': [INBOX],
  };
}

const waiting = (client: Countersign, id: string) =>
  eventually(`review of ${id}`, async () => {
    const draft = await client.drafts.get(id);
    return draft.status === 'in_review' && draft;
  });
