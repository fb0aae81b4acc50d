import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { accountQueries } from '../api/accounts.ts';
import { operateQueries } from '../api/operate.ts';
import { Button } from '../ui/controls.tsx';
import { Empty, Failure, Skeleton } from '../ui/states.tsx';
import { useMay } from './may.ts';
import { Line } from './parts/fields.tsx';
import { Loaded, Page, Section } from './parts/Page.tsx';
import { When } from './parts/When.tsx';
import { plain } from './words.ts';

/** Who changed which setting, and what anybody may do. */
export function ChangesPage() {
  const may = useMay();
  return (
    <Page title="Changes" lead="Who changed what. Kept for good.">
      <SettingsLog />
      {may('seeAccountLog') && <AccountLog />}
    </Page>
  );
}

function SettingsLog() {
  const [cursors, setCursors] = useState<string[]>([]);
  const query = useQuery(operateQueries.log(cursors.at(-1)));
  return (
    <Section title="Settings" flush>
      <Loaded query={query}>
        {({ items, nextCursor }) => (
          <>
            {items.length === 0 && <Empty title="Nothing was changed yet." />}
            <ul>
              {items.map(({ id, at, actor, what, before, after }) => (
                <Line key={id}>
                  <p className="break-words">
                    <span className="font-semibold">{plainTarget(what)}</span>{' '}
                    <span className="text-muted">
                      {actor.name}, <When at={at} />
                    </span>
                  </p>
                  <Difference before={before} after={after} />
                </Line>
              ))}
            </ul>
            {(cursors.length > 0 || nextCursor !== null) && (
              <div className="flex justify-center gap-2 border-t border-line py-3">
                <Button disabled={cursors.length === 0} onClick={() => setCursors((all) => all.slice(0, -1))}>
                  Newer
                </Button>
                <Button
                  disabled={nextCursor === null}
                  onClick={() => nextCursor !== null && setCursors((all) => [...all, nextCursor])}
                >
                  Older
                </Button>
              </div>
            )}
          </>
        )}
      </Loaded>
    </Section>
  );
}

/** `pause:inbox:a@b.c` → `Pause: inbox a@b.c`. */
function plainTarget(what: string): string {
  const [kind = '', ...rest] = what.split(':');
  return rest.length === 0 ? plain(kind) : `${plain(kind)}: ${rest.join(' ')}`;
}

/** Only what differs, as one line a field. */
function Difference({ before, after }: { before: unknown; after: unknown }) {
  const [was, is] = [fieldsOf(before), fieldsOf(after)];
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((name) => was[name] !== is[name]);
  return (
    <ul className="text-muted">
      {names.map((name) => (
        <li key={name} className="break-words">
          {name && `${name}: `}
          {was[name] !== undefined && <del className="no-underline opacity-100">{was[name]}</del>}
          {was[name] !== undefined && is[name] !== undefined && ' → '}
          {is[name] !== undefined && <ins className="text-ink no-underline">{is[name]}</ins>}
          {was[name] === undefined && ' (new)'}
          {is[name] === undefined && ' (removed)'}
        </li>
      ))}
    </ul>
  );
}

function fieldsOf(value: unknown): Record<string, string | undefined> {
  if (value === null || value === undefined) return {};
  if (typeof value !== 'object' || Array.isArray(value)) return { '': JSON.stringify(value) };
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, shown(one)]));
}
const shown = (value: unknown): string => (typeof value === 'string' ? value || 'empty' : JSON.stringify(value));

function AccountLog() {
  const list = useInfiniteQuery(accountQueries.log());
  const items = (list.data?.pages ?? []).flatMap((page) => page.items);
  return (
    <Section title="Accounts and keys" flush>
      {list.isPending && <Skeleton lines={['w-2/3', 'w-1/2']} />}
      {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
      {list.isSuccess && items.length === 0 && <Empty title="Nothing happened yet." />}
      <ul>
        {items.map(({ id, at, event, actor, subject, ip }) => (
          <Line key={id}>
            <p className="break-words">
              <span className="font-semibold">{plain(event)}</span> {subject}
            </p>
            <p className="text-muted">
              {actor?.name ?? 'Nobody signed in'}, <When at={at} />
              {ip && ` · ${ip}`}
            </p>
          </Line>
        ))}
      </ul>
      {list.hasNextPage && (
        <div className="border-t border-line py-3 text-center">
          <Button onClick={() => void list.fetchNextPage()} disabled={list.isFetchingNextPage}>
            Load more
          </Button>
        </div>
      )}
    </Section>
  );
}
