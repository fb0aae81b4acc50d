import { and, desc, eq, lt } from 'drizzle-orm';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Database } from './database.ts';
import { assertLimit } from './draft-list.ts';
import { settingsLog } from './schema-limits.ts';
import type { LimitsStore } from './types-limits.ts';

export function createSettingsLog({ orm, adhoc }: Database): Pick<LimitsStore, 'logSetting' | 'listSettingsLog'> {
  return {
    async logSetting(change) {
      await orm.insert(settingsLog).values(change);
    },
    async listSettingsLog({ what, limit, cursor }) {
      assertLimit(limit);
      const [before] = cursor === undefined ? [] : decodeCursor('settings-log', cursor, 'number');
      const rows = await adhoc
        .select()
        .from(settingsLog)
        .where(
          and(
            what === undefined ? undefined : eq(settingsLog.what, what),
            before === undefined ? undefined : lt(settingsLog.id, BigInt(before)),
          ),
        )
        .orderBy(desc(settingsLog.id))
        .limit(limit + 1);
      const items = rows.slice(0, limit).map((row) => ({ ...row, id: String(row.id) }));
      const last = rows.length > limit ? items.at(-1) : undefined;
      return { items, nextCursor: last ? encodeCursor('settings-log', [Number(last.id)]) : null };
    },
  };
}
