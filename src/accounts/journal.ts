import type { AccountEvent } from '../domain/account-event.ts';
import type { AccountFacts } from '../store/types.ts';
import type { AccountsDeps } from './types.ts';

export interface JournalEntry {
  event: AccountEvent;
  actorId?: string | null;
  subject?: string | null;
  ip?: string | null;
  facts?: AccountFacts;
}
export type Journal = ReturnType<typeof createJournal>;

/** One address may be tried from many machines: then one line a minute says it as well as a thousand. */
const REPEAT_MS = 60_000;

export function createJournal({ store, clock }: Pick<AccountsDeps, 'store' | 'clock'>) {
  const now = () => clock?.now() ?? Date.now();
  const write = ({ event, actorId = null, subject = null, ip = null, facts = {} }: JournalEntry) =>
    store.logAccount({ event, actorId, subject, ip, facts, atMs: now() });
  return {
    now,
    write,
    /** Writes it unless the same was said of the same within the last minute. */
    async writeOnce(entry: JournalEntry & { subject: string }): Promise<void> {
      const { event, subject } = entry;
      const said = await store.countAccountLog({ event, subject, sinceMs: now() - REPEAT_MS });
      if (said === 0) await write(entry);
    },
  };
}
