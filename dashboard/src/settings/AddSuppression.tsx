import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { AddSuppression as Body } from '../../../src/api/schemas/index.ts';
import { queries } from '../api/queries.ts';
import { recipients } from '../api/recipients.ts';
import { Dialog } from './parts/Dialog.tsx';
import { Choice, Text } from './parts/fields.tsx';
import { useChange } from './use-change.ts';
import { REASON_WORDS } from './words.ts';

const EXPIRING = ['manual', 'imported', 'hard_bounce'] as const;
type Reason = NonNullable<Body['reason']>;
const REASONS: readonly (readonly [Reason, string])[] = [
  ['manual', REASON_WORDS.manual.word],
  ['unsubscribed', REASON_WORDS.unsubscribed.word],
  ['complaint', REASON_WORDS.complaint.word],
  ['hard_bounce', REASON_WORDS.hard_bounce.word],
];

export function AddSuppression({ onClose }: { onClose: () => void }) {
  const [entry, setEntry] = useState('');
  const [scope, setScope] = useState('organization');
  const [reason, setReason] = useState<Reason>('manual');
  const [until, setUntil] = useState('');
  const [note, setNote] = useState('');
  const { data } = useQuery(queries.inboxes());
  const mayExpire = EXPIRING.some((one) => one === reason);
  const add = useChange((body: Body) => recipients.suppress(body), {
    done: (made) => `${made.entry} is not written to any more.`,
    refresh: [['suppressions']],
  });
  const body: Body = {
    ...{ entry: entry.trim(), scope, reason },
    ...(note.trim() !== '' && { note: note.trim() }),
    // The whole day counts, where one sits.
    ...(mayExpire && until !== '' && { expiresAt: new Date(`${until}T23:59:59`).toISOString() }),
  };
  return (
    <Dialog
      title="Suppress an address or a domain"
      action="Suppress"
      ready={entry.trim() !== ''}
      onAction={() => add.go(body, onClose)}
      onClose={onClose}
      busy={add.busy}
      error={add.error}
    >
      <Text
        label="Address or domain"
        hint="A domain covers every address there and below it. Drafts that wait for it look again at once."
        value={entry}
        set={setEntry}
        placeholder="someone@example.com"
        required
      />
      <Choice
        label="Where"
        value={scope}
        set={setScope}
        options={[['organization', 'Every inbox'], ...(data?.items ?? []).map(({ id }) => [id, `Only ${id}`] as const)]}
      />
      <Choice label="Reason" value={reason} set={setReason} options={REASONS} />
      {mayExpire ? (
        <Text label="Until (empty: for ever)" type="date" value={until} set={setUntil} />
      ) : (
        <p className="text-xs text-muted">
          Whoever complained or unsubscribed has not forgotten it: this does not expire.
        </p>
      )}
      <Text label="Note" value={note} set={setNote} maxLength={500} />
    </Dialog>
  );
}
