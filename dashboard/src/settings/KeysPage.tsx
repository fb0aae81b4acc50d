import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApiKeyView, FreshApiKey } from '../../../src/api/schemas/index.ts';
import { accountQueries, accounts } from '../api/accounts.ts';
import { queries } from '../api/queries.ts';
import type { Tone } from '../lib/words.ts';
import { Button } from '../ui/controls.tsx';
import { Empty } from '../ui/states.tsx';
import { KeyDialog } from './KeyDialog.tsx';
import { useMay } from './may.ts';
import { Dialog } from './parts/Dialog.tsx';
import { Line, Pill, Text } from './parts/fields.tsx';
import { Loaded, Page, Section } from './parts/Page.tsx';
import { Secret } from './parts/Secret.tsx';
import { When } from './parts/When.tsx';
import { useChange } from './use-change.ts';
import { plain } from './words.ts';

const STATES: Record<ApiKeyView['state'], { word: string; tone: Tone }> = {
  active: { word: 'Active', tone: 'good' },
  expired: { word: 'Expired', tone: 'muted' },
  revoked: { word: 'Revoked', tone: 'bad' },
};

export function KeysPage() {
  const may = useMay();
  const { data: me } = useQuery(queries.me());
  const query = useQuery({ ...accountQueries.keys(), enabled: may('see') });
  const [asking, setAsking] = useState(false);
  const [fresh, setFresh] = useState<FreshApiKey | null>(null);
  const all = me?.roles.some((role) => role === 'admin' || role === 'auditor');
  // Who is signed in by a key may make keys for agents, as an admin, and none that act as a person.
  const makes = may('people') || (me?.via === 'session' && may('see'));
  return (
    <Page
      title="Keys"
      lead={all ? 'Keys of agents, and those that act as people.' : 'Your own keys: programs that use them act as you.'}
      actions={
        makes && (
          <Button look="primary" onClick={() => setAsking(true)}>
            New key
          </Button>
        )
      }
    >
      <Section title={all ? 'All keys' : 'Your keys'} flush>
        <Loaded query={query}>
          {({ items }) => (
            <>
              {items.length === 0 && (
                <Empty title="No key was made here yet.">Keys of the configuration are not listed here.</Empty>
              )}
              <ul aria-label="Keys">
                {items.map((key) => (
                  <KeyLine key={key.id} apiKey={key} onFresh={setFresh} />
                ))}
              </ul>
            </>
          )}
        </Loaded>
      </Section>
      {asking && <KeyDialog onClose={() => setAsking(false)} onFresh={setFresh} />}
      {fresh && (
        <Secret title={`The key ${fresh.apiKey.name}`} name="key" secret={fresh.key} onClose={() => setFresh(null)}>
          <p>It is shown this once: only its fingerprint is kept. Keep it where secrets are kept.</p>
        </Secret>
      )}
    </Page>
  );
}

function KeyLine({ apiKey, onFresh }: { apiKey: ApiKeyView; onFresh: (fresh: FreshApiKey) => void }) {
  const may = useMay();
  const { data: me } = useQuery(queries.me());
  const [asking, setAsking] = useState<'rotate' | 'revoke' | null>(null);
  const [grace, setGrace] = useState('24');
  const refresh = [['keys'], ['account-log']];
  const rotate = useChange((graceHours: number) => accounts.rotateKey(apiKey.id, { graceHours }), { refresh });
  const revoke = useChange(() => accounts.revokeKey(apiKey.id), {
    done: () => `${apiKey.name} opens nothing any more.`,
    refresh,
  });
  const { name, roles, owner, inboxes, hint, state, createdBy, createdAt, expiresAt, lastUsedAt, previousUntil } =
    apiKey;
  const isAgents = roles.includes('agent');
  const own = me !== undefined && owner?.id === me.id;
  const rotates = state === 'active' && (isAgents ? may('people') || own : own && me?.via === 'session');
  const revokes = state !== 'revoked' && (may('people') || own);
  const hours = Number(grace.replace(',', '.'));
  return (
    <Line
      end={
        <>
          {rotates && (
            <Button onClick={() => setAsking('rotate')} aria-label={`Rotate ${name}`}>
              Rotate
            </Button>
          )}
          {revokes && (
            <Button look="quiet" onClick={() => setAsking('revoke')} aria-label={`Revoke ${name}`}>
              Revoke
            </Button>
          )}
        </>
      }
    >
      <p className="flex flex-wrap items-center gap-2">
        <span className="font-semibold break-words">{name}</span>
        <code className="font-mono text-xs text-muted">{hint}…</code>
        <Pill tone={STATES[state].tone}>{STATES[state].word}</Pill>
        {roles.map((role) => (
          <Pill key={role} tone="info">
            {plain(role)}
          </Pill>
        ))}
      </p>
      <p className="break-words text-muted">
        {owner ? `${isAgents ? 'Belongs to' : 'Acts as'} ${owner.name} · ` : ''}
        {inboxes ? `only ${inboxes.join(', ')}` : 'all inboxes'} · made by {createdBy.name}, <When at={createdAt} />
      </p>
      <p className="text-muted">
        {lastUsedAt ? (
          <>
            Last used <When at={lastUsedAt} />
          </>
        ) : (
          'Never used'
        )}
        {expiresAt ? (
          <>
            {' '}
            · ends <When at={expiresAt} />
          </>
        ) : (
          ' · does not expire'
        )}
        {previousUntil && Date.parse(previousUntil) > Date.now() && (
          <>
            {' '}
            · the key before works until <When at={previousUntil} />
          </>
        )}
      </p>
      {asking === 'rotate' && (
        <Dialog
          title={`Rotate ${name}?`}
          action="Make the new key"
          ready={grace.trim() !== '' && hours >= 0 && hours <= 720}
          onAction={() =>
            rotate.go(hours, (fresh) => {
              setAsking(null);
              onFresh(fresh);
            })
          }
          onClose={() => setAsking(null)}
          busy={rotate.busy}
          error={rotate.error}
        >
          <p>A new key with the same rights takes its place and is shown once.</p>
          <Text
            label="The old key works on for (hours, at most 720)"
            inputMode="decimal"
            value={grace}
            set={setGrace}
          />
        </Dialog>
      )}
      {asking === 'revoke' && (
        <Dialog
          title={`Revoke ${name}?`}
          action="Revoke the key"
          danger
          onAction={() => revoke.go(undefined, () => setAsking(null))}
          onClose={() => setAsking(null)}
          busy={revoke.busy}
          error={revoke.error}
        >
          <p>Whatever uses it is shut out at once. This cannot be undone; drafts it made stay.</p>
        </Dialog>
      )}
    </Line>
  );
}
