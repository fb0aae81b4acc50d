import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { queries } from '../api/queries.ts';
import { Empty } from '../ui/states.tsx';
import { Line, Pill } from './parts/fields.tsx';
import { Loaded, Page, Section } from './parts/Page.tsx';
import { FOREIGN_WORDS, MODES } from './words.ts';

export function InboxesPage() {
  const query = useQuery({ ...queries.inboxes(), staleTime: 0 });
  return (
    <Page title="Inboxes" lead="How much each inbox may do by itself, and what is looked at before a send.">
      <Loaded query={query}>
        {({ items, provider }) => (
          <>
            {provider === 'unreachable' && (
              <p role="status" className="rounded-xl bg-warn-soft px-4 py-3 text-warn">
                AgentMail cannot be reached: inboxes without settings of their own are missing here.
              </p>
            )}
            <Section title="All inboxes" flush>
              {items.length === 0 && (
                <Empty title="There is no inbox yet.">Make one in AgentMail; it appears here.</Empty>
              )}
              <ul>
                {items.map((inbox) => (
                  <Line
                    key={inbox.id}
                    end={
                      <span className="flex flex-wrap gap-2">
                        {inbox.paused && <Pill tone="bad">Paused</Pill>}
                        {!inbox.atProvider && <Pill tone="muted">Not at AgentMail</Pill>}
                        <Pill tone={MODES[inbox.mode].tone}>{MODES[inbox.mode].word}</Pill>
                      </span>
                    }
                  >
                    <Link
                      to="/settings/inboxes/$inbox"
                      params={{ inbox: inbox.id }}
                      className="font-semibold break-all text-accent hover:underline"
                    >
                      {inbox.id}
                    </Link>
                    <p className="text-muted">
                      {inbox.displayName && `${inbox.displayName} · `}
                      {MODES[inbox.mode].says}
                      {inbox.foreignDrafts !== 'alert' &&
                        ` Drafts of others: ${FOREIGN_WORDS[inbox.foreignDrafts].toLowerCase()}.`}
                    </p>
                  </Line>
                ))}
              </ul>
            </Section>
          </>
        )}
      </Loaded>
    </Page>
  );
}
