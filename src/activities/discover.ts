import { CancelledFailure } from '@temporalio/activity';
import { z } from 'zod';
import type { DraftCounterpart } from '../store/types-watch.ts';
import { failureType, withHeartbeat } from './context.ts';
import type { DiscoveryDeps } from './discovery/deps.ts';
import { handleForeign, tellForeign, YOUNG_MS } from './discovery/foreign.ts';
import { examine } from './discovery/missing.ts';
import type { DiscoverInput, DiscoveryPass, MissingSummary, WatchActivities } from './types-watch.ts';

const MARK = 'discovery';
const markSchema = z.object({ markMs: z.number(), fullAtMs: z.number() });
const FULL_EVERY_MS = 3_600_000;
/** What was written while the last pass read may carry a time before its mark. */
const OVERLAP_MS = 60_000;
const PAGE = 100;
/** Time for one step; what is left is for the next one of the same pass. */
const STEP_MS = 30_000;
const MISSING_PAGE = 200;

export function discoveryActivities(
  deps: DiscoveryDeps,
): Pick<WatchActivities, 'discover' | 'concludeDiscovery' | 'findMissing'> {
  const { store, mail, clock } = deps;

  async function discover({ pass: given }: DiscoverInput): Promise<DiscoveryPass> {
    const untilMs = performance.now() + STEP_MS;
    let pass = given ?? (await begin());
    let first = given === null;
    while ((first || pass.pageToken !== null) && performance.now() < untilMs) {
      pass = await readPage(pass);
      first = false;
    }
    return pass;
  }

  async function begin(): Promise<DiscoveryPass> {
    const mark = markSchema
      .nullable()
      .catch(null)
      .parse((await store.getMark(MARK)) ?? null);
    const startedAtMs = clock();
    const full = mark === null || startedAtMs - mark.fullAtMs >= FULL_EVERY_MS;
    const afterMs = full ? null : mark.markMs - OVERLAP_MS;
    return { full, startedAtMs, afterMs, pageToken: null, markMs: mark?.markMs ?? 0, looked: 0, adopted: 0 };
  }

  async function readPage(pass: DiscoveryPass): Promise<DiscoveryPass> {
    const { pageToken, afterMs, full, startedAtMs } = pass;
    const request = { limit: PAGE, ...(pageToken !== null && { pageToken }), ...(afterMs !== null && { afterMs }) };
    const { drafts, nextPageToken } = await mail.listDrafts(request);
    const known = await store.knownCounterparts(drafts.map(({ draftId }) => draftId));
    if (full) {
      const open = known.flatMap(({ openDraftId }) => openDraftId ?? []);
      await store.keepSightings(open, startedAtMs);
    }
    const ours = new Set(known.map(({ providerDraftId }) => providerDraftId));
    // Newest first: all that is too young to be judged comes before the mark, and is listed again.
    const settled = drafts.filter(({ updatedAtMs }) => updatedAtMs <= clock() - YOUNG_MS);
    const { adopted } = await handleForeign(
      deps,
      settled.filter(({ draftId }) => !ours.has(draftId)),
    );
    return {
      ...pass,
      pageToken: nextPageToken,
      markMs: Math.max(pass.markMs, ...settled.map(({ updatedAtMs }) => updatedAtMs)),
      looked: pass.looked + drafts.length,
      adopted: pass.adopted + adopted,
    };
  }

  async function concludeDiscovery({ full, startedAtMs, markMs }: DiscoveryPass): Promise<void> {
    // A full pass saw every foreign draft there is.
    if (full) await store.forgetForeignDrafts(startedAtMs, []);
    await tellForeign(deps);
    const before = markSchema
      .nullable()
      .catch(null)
      .parse((await store.getMark(MARK)) ?? null);
    await store.putMark(MARK, { markMs, fullAtMs: full ? startedAtMs : (before?.fullAtMs ?? 0) });
  }

  async function findMissing({ startedAtMs }: DiscoveryPass): Promise<MissingSummary> {
    const summary: MissingSummary = { looked: 0, noticed: 0, sentOutside: 0 };
    const untilMs = performance.now() + STEP_MS;
    while (performance.now() < untilMs) {
      const unseen = await store.unseenDrafts(startedAtMs, MISSING_PAGE);
      for (const counterpart of unseen) {
        summary.looked += 1;
        const missing = await examined(counterpart);
        if (missing === 'noticed' || missing === 'sent_outside') summary.noticed += 1;
        if (missing === 'sent_outside') summary.sentOutside += 1;
        // Looked at: the next page holds others, and the next full pass asks again.
        await store.keepSightings([counterpart.draftId], startedAtMs);
      }
      if (unseen.length < MISSING_PAGE) break;
    }
    await store.forgetSightings();
    return summary;
  }

  /** One draft that cannot be examined keeps no other from it; the next full pass asks again. */
  async function examined(counterpart: DraftCounterpart) {
    try {
      return await examine(deps, counterpart);
    } catch (error) {
      if (error instanceof CancelledFailure) throw error;
      const { draftId } = counterpart;
      deps.log.warn({ draftId, failure: failureType(error) }, 'what became of a draft in AgentMail is out of reach');
      return 'unreadable';
    }
  }

  return {
    discover: (input) => withHeartbeat(() => discover(input)),
    concludeDiscovery,
    findMissing: (pass) => withHeartbeat(() => findMissing(pass)),
  };
}
