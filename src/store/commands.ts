import { asc, eq, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { StoreMissing } from './errors.ts';
import { commands } from './schema.ts';
import type { Store } from './types.ts';

export function createCommands({ orm }: Database): Pick<Store, 'putCommand' | 'getCommand' | 'listCommands'> {
  const getOne = orm
    .select()
    .from(commands)
    .where(eq(commands.commandId, sql.placeholder('commandId')))
    .prepare('get_command');
  return {
    async putCommand(command) {
      const [written] = await orm.insert(commands).values(command).onConflictDoNothing().returning();
      const [stored] = written ? [written] : await getOne.execute({ commandId: command.commandId });
      if (!stored) throw new StoreMissing(`The command ${command.commandId} was deleted while it was recorded.`);
      return stored;
    },
    async getCommand(commandId) {
      const [stored] = await getOne.execute({ commandId });
      return stored ?? null;
    },
    listCommands: (draftId) =>
      orm
        .select()
        .from(commands)
        .where(eq(commands.draftId, draftId))
        .orderBy(asc(commands.createdAtMs), asc(commands.commandId)),
  };
}
