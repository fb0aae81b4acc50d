import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { RecipientPreferenceChanges, RecipientPreferences } from '../../../src/api/schemas/index.ts';
import { Refused } from '../api/http.ts';
import { recipientQueries, recipients } from '../api/recipients.ts';
import { Button, inputLook } from '../ui/controls.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { useMay } from './may.ts';
import { PreferenceForm } from './PreferenceForm.tsx';
import { Dialog } from './parts/Dialog.tsx';
import { Page, Section } from './parts/Page.tsx';
import { When } from './parts/When.tsx';
import { useChange } from './use-change.ts';

export function RecipientsPage() {
  const { address } = useSearch({ from: '/settings/recipients' });
  const navigate = useNavigate();
  const [text, setText] = useState(address ?? '');
  const look = (event: FormEvent) => {
    event.preventDefault();
    const wanted = text.trim();
    if (wanted !== '') void navigate({ to: '/settings/recipients', search: { address: wanted } });
  };
  return (
    <Page title="Recipients" lead="What somebody who receives mail prefers: zone, quiet hours, language, categories.">
      <form onSubmit={look} aria-label="Look up an address" className="flex max-w-xl gap-2">
        <input
          aria-label="Address"
          type="email"
          required
          placeholder="someone@example.com"
          value={text}
          onChange={(event) => setText(event.target.value)}
          className={inputLook}
        />
        <Button type="submit" look="primary">
          Look up
        </Button>
      </form>
      {address === undefined ? (
        <p className="text-muted">Look an address up to see or change what is kept about it.</p>
      ) : (
        <Recipient key={address} address={address} />
      )}
    </Page>
  );
}

function Recipient({ address }: { address: string }) {
  const query = useQuery(recipientQueries.preferences(address));
  const none = query.error instanceof Refused && query.error.status === 404;
  if (query.isPending) return <Skeleton lines={['w-1/2', 'w-2/3', 'w-1/3']} />;
  if (query.data === undefined && !none) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return <Kept address={address} kept={none ? null : (query.data ?? null)} />;
}

function Kept({ address, kept }: { address: string; kept: RecipientPreferences | null }) {
  const may = useMay();
  const [asking, setAsking] = useState(false);
  const [round, setRound] = useState(0);
  const refresh = [['preferences', address]];
  const save = useChange((body: RecipientPreferenceChanges) => recipients.setPreferences(address, body), {
    done: () => 'Saved. Drafts that wait for this recipient look again.',
    refresh,
  });
  const forget = useChange(() => recipients.forget(address), { done: () => 'Forgotten.', refresh });
  return (
    <Section
      title={kept?.address ?? address}
      lead={
        kept ? (
          <>
            Changed by {kept.updatedBy.name}, <When at={kept.updatedAt} />
          </>
        ) : (
          'Nothing is kept about this address.'
        )
      }
      actions={
        kept &&
        may('forget') && (
          <Button look="danger" onClick={() => setAsking(true)}>
            Forget all of it
          </Button>
        )
      }
    >
      <PreferenceForm
        key={`${round} ${kept?.updatedAt ?? ''}`}
        kept={kept}
        disabled={!may('prefer')}
        busy={save.busy}
        error={save.error}
        onSave={(changes) => save.go(changes, () => setRound((last) => last + 1))}
      />
      {asking && (
        <Dialog
          title={`Forget what ${address} prefers?`}
          action="Forget all of it"
          danger
          onAction={() => forget.go(undefined, () => setAsking(false))}
          onClose={() => setAsking(false)}
          busy={forget.busy}
          error={forget.error}
        >
          <p>Opt-outs go with it: categories they declined may reach them again. Suppressions stay.</p>
        </Dialog>
      )}
    </Section>
  );
}
