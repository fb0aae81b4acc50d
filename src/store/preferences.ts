import { asc, eq, inArray } from 'drizzle-orm';
import { mailboxesOf, normalizeAddress, ORGANIZATION } from '../domain/suppression.ts';
import type { Database } from './database.ts';
import { StoreInvalid } from './errors.ts';
import { tellingOf } from './recipient-notices.ts';
import { recipientEvents, recipientPreferences } from './schema-recipients.ts';
import type { RecipientPreference, RecipientStore } from './types-recipients.ts';

const EVERYWHERE = `'${ORGANIZATION}'`;

/** What the statement is told is changed, null included; a column it is not told of keeps its value. */
const SET = `
with changed as (
  insert into recipient_preferences as old
    (address, time_zone, quiet_from, quiet_to, opted_out, language, updated_at_ms, updated_by)
  values ($1, $2, $3, $4, coalesce($5::text[], '{}'), $6, $7, $8)
  on conflict (address) do update set
    time_zone = case when 'timeZone' = any ($9::text[]) then excluded.time_zone else old.time_zone end,
    quiet_from = case when 'quietFrom' = any ($9::text[]) then excluded.quiet_from else old.quiet_from end,
    quiet_to = case when 'quietTo' = any ($9::text[]) then excluded.quiet_to else old.quiet_to end,
    opted_out = case when 'optedOut' = any ($9::text[]) then excluded.opted_out else old.opted_out end,
    language = case when 'language' = any ($9::text[]) then excluded.language else old.language end,
    updated_at_ms = excluded.updated_at_ms, updated_by = excluded.updated_by
  returning 1
), told as (${tellingOf('changed', '$1::text', EVERYWHERE, '$7')}
)
insert into recipient_events (at_ms, subject, action, by, source, data)
select $7, $1, 'preferences_set', $8, $10, $11::jsonb from changed`;

const REMOVE = `
with gone as (delete from recipient_preferences where address = $1 returning 1),
told as (${tellingOf('gone', '$1::text', EVERYWHERE, '$2')}
), logged as (
  insert into recipient_events (at_ms, subject, action, by, source, data)
  select $2, $1, 'preferences_removed', $3, $4, '{}'::jsonb from gone
)
select exists (select from gone)`;

/** Adding and taking away one category in place: two opt-outs at once both hold. */
const OPT = `
with changed as (
  insert into recipient_preferences as old (address, opted_out, updated_at_ms, updated_by)
  select $1, array[$2], $4, $5 where $3 or exists (select from recipient_preferences where address = $1)
  on conflict (address) do update set
    opted_out = case when $3 then array_append(old.opted_out, $2) else array_remove(old.opted_out, $2) end,
    updated_at_ms = excluded.updated_at_ms, updated_by = excluded.updated_by
    where ($2 = any (old.opted_out)) <> $3
  returning 1
), told as (${tellingOf('changed', '$1::text', EVERYWHERE, '$4')}
), logged as (
  insert into recipient_events (at_ms, subject, action, by, source, data)
  select $4, $1, case when $3 then 'opted_out' else 'opt_out_undone' end, $5, $6, json_build_object('category', $2::text)
  from changed
)
select exists (select from changed)`;

type Preferences = Pick<
  RecipientStore,
  'preferencesOf' | 'getPreference' | 'putPreference' | 'removePreference' | 'optOut' | 'recipientEvents'
>;

export function createPreferences({ engine, orm }: Database): Preferences {
  const read = async (addresses: string[]): Promise<Map<string, RecipientPreference>> => {
    const rows =
      addresses.length === 0
        ? []
        : await orm.select().from(recipientPreferences).where(inArray(recipientPreferences.address, addresses));
    return new Map(rows.map((row) => [row.address, row]));
  };

  async function getPreference(text: string): Promise<RecipientPreference | null> {
    const address = normalizeAddress(text);
    return address === null ? null : ((await read([address])).get(address) ?? null);
  }

  return {
    getPreference,

    async preferencesOf(addresses) {
      const boxes = new Map(addresses.map((address) => [address, mailboxesOf(address)]));
      const known = await read([...new Set([...boxes.values()].flat())]);
      return [...boxes].flatMap(([address, names]) => {
        const found = names.map((name) => known.get(name)).filter((row) => row !== undefined);
        const [own, mailbox] = found;
        return own ? [{ ...inherit(own, mailbox), address }] : [];
      });
    },

    async putPreference(text, change, { by, atMs, source = null }) {
      const address = mustBeAddress(text);
      const named = Object.entries(change).filter(([, value]) => value !== undefined);
      const { timeZone = null, quietFrom = null, quietTo = null, optedOut = null, language = null } = change;
      const categories = optedOut === null ? null : [...new Set(optedOut)].sort();
      const values = [address, timeZone, quietFrom, quietTo, categories, language, atMs, by];
      const facts = JSON.stringify(Object.fromEntries(named));
      await engine.rows(SET, [...values, named.map(([name]) => name), source, facts], 'put_preference');
      const stored = await getPreference(address);
      return (
        stored ?? { address, timeZone, quietFrom, quietTo, optedOut: [], language, updatedAtMs: atMs, updatedBy: by }
      );
    },

    async removePreference(text, { by, atMs, source = null }) {
      const address = normalizeAddress(text);
      if (address === null) return false;
      const [row] = await engine.rows(REMOVE, [address, atMs, by, source], 'remove_preference');
      return row?.[0] === true;
    },

    async optOut(text, category, out, { by, atMs, source = null }) {
      const values = [mustBeAddress(text), category, out, atMs, by, source];
      const [row] = await engine.rows(OPT, values, 'opt_out');
      return row?.[0] === true;
    },

    recipientEvents: (subject) =>
      orm.select().from(recipientEvents).where(eq(recipientEvents.subject, subject)).orderBy(asc(recipientEvents.id)),
  };
}

/** A plus address' own word comes first; whatever either opted out of counts. */
function inherit(own: RecipientPreference, mailbox: RecipientPreference | undefined): RecipientPreference {
  if (mailbox === undefined) return own;
  const quiet = own.quietFrom === null || own.quietTo === null ? mailbox : own;
  return {
    ...own,
    timeZone: own.timeZone ?? mailbox.timeZone,
    quietFrom: quiet.quietFrom,
    quietTo: quiet.quietTo,
    optedOut: [...new Set([...own.optedOut, ...mailbox.optedOut])].sort(),
    language: own.language ?? mailbox.language,
  };
}

function mustBeAddress(text: string): string {
  const address = normalizeAddress(text);
  if (address === null) throw new StoreInvalid('Preferences belong to an address (user@example.com).');
  return address;
}
