import { eq } from 'drizzle-orm';
import type { Database } from './database.ts';
import { linkUses } from './schema-channels.ts';
import type { ChannelStore } from './types-channels.ts';

type Links = Pick<ChannelStore, 'useLink' | 'findLinkUse' | 'freeLink'>;

export function createLinks({ orm }: Database): Links {
  const find: Links['findLinkUse'] = async (tokenId) => {
    const [row] = await orm.select().from(linkUses).where(eq(linkUses.tokenId, tokenId));
    return row ?? null;
  };
  const use: Links['useLink'] = async (wanted) => {
    const [kept] = await orm.insert(linkUses).values(wanted).onConflictDoNothing().returning();
    if (kept !== undefined) return { use: kept, first: true };
    const earlier = await find(wanted.tokenId);
    // Given back in this very moment: it can be had again.
    return earlier === null ? use(wanted) : { use: earlier, first: false };
  };
  return {
    useLink: use,
    findLinkUse: find,
    async freeLink(tokenId) {
      await orm.delete(linkUses).where(eq(linkUses.tokenId, tokenId));
    },
  };
}
