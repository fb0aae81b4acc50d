import { and, desc, eq, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { looks } from './schema-desk.ts';
import type { DeskStore } from './types-desk.ts';

export function createLooks({ orm }: Database): Pick<DeskStore, 'look' | 'lastLook'> {
  return {
    async look(look) {
      await orm
        .insert(looks)
        .values(look)
        .onConflictDoUpdate({
          target: [looks.draftId, looks.personId, looks.revision],
          set: {
            seenAtMs: sql`greatest(${looks.seenAtMs}, excluded.seen_at_ms)`,
            eventId: sql`coalesce(excluded.event_id, ${looks.eventId})`,
            messageId: sql`coalesce(excluded.message_id, ${looks.messageId})`,
            policy: sql`coalesce(excluded.policy, ${looks.policy})`,
          },
        });
    },
    async lastLook(personId, draftId) {
      const [last] = await orm
        .select()
        .from(looks)
        .where(and(eq(looks.draftId, draftId), eq(looks.personId, personId)))
        .orderBy(desc(looks.seenAtMs), desc(looks.revision))
        .limit(1);
      return last ?? null;
    },
  };
}
