import { bareAddress } from '../../domain/content.ts';
import { EVERYTHING, type OptOutLink } from '../../domain/opt-out.ts';
import { normalizeAddress, ORGANIZATION } from '../../domain/suppression.ts';
import type { DraftRow } from '../../store/types.ts';
import { keepSuppression, type RecipientApi, tellDraftsSoon } from '../recipients.ts';

/** Suppressions of this origin were asked for by link, and are taken back by link. */
const SOURCE = 'optout:';
/** Who acts: nobody who is logged in. */
const BY = 'recipient';

/**
 * Whom a link speaks for: the one it was made for while the draft still goes there, the only recipient, or the one of
 * several that `claimed` names. Null when that is still to be said.
 */
export function recipientOf(link: OptOutLink, draft: DraftRow, claimed: string | null): string | null {
  const recipients = draft.recipients.flatMap((one) => normalizeAddress(bareAddress(one) ?? '') ?? []);
  const made = recipients.find((address) => link.isFor(address));
  if (made !== undefined) return made;
  const [only, ...others] = new Set(recipients);
  if (only !== undefined && others.length === 0) return only;
  const named = claimed === null ? null : normalizeAddress(claimed);
  return recipients.find((address) => address === named) ?? null;
}

/** One wish of a recipient; repeating it changes nothing. */
export interface Wish {
  address: string;
  /** A category, or everything. */
  category: string;
  out: boolean;
  draftId: string;
  nowMs: number;
}

/** Keeps the wish. Everything also goes on the suppression list, which nothing in an inbox's settings loosens. */
export async function act(api: RecipientApi, { address, category, out, draftId, nowMs }: Wish): Promise<void> {
  const { store } = api;
  const source = `${SOURCE}${draftId}`;
  const done = { by: BY, atMs: nowMs, source };
  if (category === EVERYTHING && out) {
    const origin = { source, createdBy: BY, createdAtMs: nowMs, note: null, expiresAtMs: null };
    await keepSuppression(api, { entry: address, scope: ORGANIZATION, reason: 'unsubscribed', ...origin });
  }
  if (category === EVERYTHING && !out) {
    const only = { scope: ORGANIZATION, reason: 'unsubscribed' as const, onlySource: SOURCE };
    await store.removeSuppression(address, { ...done, ...only });
  }
  await store.optOut(address, category, out, done);
  tellDraftsSoon(api, address, ORGANIZATION);
}

/** Whether something still keeps mail of a category (null: of none) from going to them: an undo takes back one thing only. */
export async function isStopped(
  { store }: RecipientApi,
  { address, category, inboxId, nowMs }: { address: string; category: string | null; inboxId: string; nowMs: number },
): Promise<boolean> {
  const [suppressed, asked, preferences] = await Promise.all([
    store.suppressedAmong([address], { inboxId, nowMs }),
    store.stopsAskedAmong([address]),
    store.preferencesOf([address]),
  ]);
  const refuses = (name: string) => name === EVERYTHING || name === category;
  return suppressed.length + asked.length > 0 || preferences.some(({ optedOut }) => optedOut.some(refuses));
}
