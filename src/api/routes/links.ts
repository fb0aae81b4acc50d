import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import type { ReviewLink } from '../../channels/token.ts';
import { jsonDigest } from '../../domain/digest.ts';
import { REVIEW_PATH } from '../../domain/review-notice.ts';
import type { DraftRow } from '../../store/types.ts';
import { callerFor, decideAs, standingOf, whatHappened } from '../channels/decide.ts';
import { REVIEW_PAGE_POLICY, type ReviewPage, reviewPage } from '../channels/page.ts';
import type { Api } from '../context.ts';
import type { ApiEnv, Caller } from '../deps.ts';
import { ApiProblem } from '../problems.ts';
import { decisionSchema, rejectionReasonSchema } from '../schemas/index.ts';

const MAX_FORM_BYTES = 100_000;
const tooLarge = (): never => {
  throw new ApiProblem('payload_too_large', `A decision is not larger than ${MAX_FORM_BYTES} bytes.`);
};
const formSchema = z.object({
  decision: decisionSchema,
  comment: z.string().trim().max(20_000).default(''),
  // Of the form's one list; it counts where the draft is rejected.
  reasonCode: z.union([rejectionReasonSchema, z.literal('').transform(() => undefined)]).optional(),
});
type Choice = z.infer<typeof formSchema>;

type Opened = { link: ReviewLink; row: DraftRow; caller: Caller };
type Status = 200 | 400 | 403 | 404 | 409 | 410 | 503;

/**
 * The page behind a link to decide. Mail programs and scanners look at every link, so looking writes nothing at all; only
 * a POST decides, once, as the person the link was made for.
 */
export function linkRoutes(api: Api) {
  const app = new Hono<ApiEnv>();
  app.use(`${REVIEW_PATH}*`, bodyLimit({ maxSize: MAX_FORM_BYTES, onError: tooLarge }));
  return app
    .get(`${REVIEW_PATH}:token`, async (c) => {
      const opened = await open(c);
      return 'response' in opened ? opened.response : present(c, opened);
    })
    .post(`${REVIEW_PATH}:token`, async (c) => {
      const opened = await open(c);
      if ('response' in opened) return opened.response;
      const form = formSchema.safeParse(await c.req.parseBody().catch(() => ({})));
      if (!form.success)
        return present(c, opened, { status: 400, say: 'Nothing was decided: choose one of the buttons.' });
      const { decision, comment, reasonCode: named } = form.data;
      const reasonCode = decision === 'reject' ? named : undefined;
      if (decision !== 'approve' && comment === '' && reasonCode === undefined) {
        const say =
          decision === 'reject' ? 'Nothing was decided: say why.' : 'Nothing was decided: say what should change.';
        return present(c, opened, { status: 400, say });
      }
      return act(c, opened, { decision, comment, reasonCode });
    });

  async function open(c: Context<ApiEnv>): Promise<Opened | { response: Response }> {
    const link = api.channels?.tokens?.read(c.req.param('token') ?? '', api.now()) ?? 'forged';
    const failed = async (status: Status, say: string) => ({
      response: await show(c, status, { title: 'Review', say }),
    });
    if (link === 'expired') return failed(410, 'This link is too old to decide. Open the draft in the desk.');
    const row = link === 'forged' ? null : await api.store.getDraft(link.draftId);
    if (link === 'forged' || row === null) return failed(404, 'This link is not valid.');
    const caller = callerFor(await api.store.getUser(link.personId), 'email_link');
    if (caller === null) return failed(403, 'The person this link was made for may not review here any more.');
    return { link, row, caller };
  }

  /** The draft as it stands, with buttons while this link can decide. */
  async function present(c: Context<ApiEnv>, { link, row }: Opened, instead?: { status: Status; say: string }) {
    await api.directory.refresh();
    const used = await api.store.findLinkUse(link.tokenId);
    const standing = await standingOf(api, row, link);
    const page = { title: titleOf(row), draft: row };
    if (standing.kind === 'stale') {
      const stale = await api.store.getRevision(row.draftId, link.revision);
      const say = `Another revision is there now, so nothing can be decided by this link. ${await whatHappened(api, row.draftId)}`;
      return show(c, instead ? 409 : 200, { ...page, say, revision: standing.revision, stale });
    }
    if (standing.kind === 'over' || used !== null) {
      const revision = await api.store.getRevision(row.draftId, link.revision);
      const before = used === null ? '' : 'This link was used. ';
      return show(c, instead ? 409 : 200, { ...page, say: before + (await whatHappened(api, row.draftId)), revision });
    }
    const say = instead?.say ?? 'This draft waits for your decision.';
    return show(c, instead?.status ?? 200, { ...page, say, revision: standing.revision, decides: true });
  }

  async function act(c: Context<ApiEnv>, opened: Opened, { decision, comment, reasonCode }: Choice) {
    const { link, row, caller } = opened;
    const { tokenId, draftId, revision, personId } = link;
    const record = await api.store.getRevision(draftId, revision);
    if (record === null || !link.isOf(record.digest)) return present(c, opened, { status: 409, say: '' });
    // The very same choice, so that a repeat cannot say something else in its place.
    const choice = `${decision}-${jsonDigest([decision, comment, ...(reasonCode ? [reasonCode] : [])]).slice(0, 16)}`;
    const { use, first } = await api.store.useLink({ tokenId, personId, draftId, decision: choice, atMs: api.now() });
    if (use.decision !== choice) return present(c, opened, { status: 409, say: '' });
    // The same choice again is a repeat, such as a double click: it is carried out once.
    const answer = await decideAs(api, {
      ...{ row, caller, decision, revision, digest: record.digest },
      comment: comment === '' ? undefined : comment,
      reasonCode,
      decisionId: `link-${tokenId}-${choice}`,
    });
    if (answer.kind === 'refused') {
      if (first) await api.store.freeLink(tokenId);
      const fresh = { ...opened, row: (await api.store.getDraft(draftId)) ?? row };
      return present(c, fresh, { status: 409, say: `Nothing was decided. ${answer.message}` });
    }
    const page = { title: titleOf(row), draft: row, revision: record };
    if (answer.kind === 'done' && !first)
      return present(c, { ...opened, row: (await api.store.getDraft(draftId)) ?? row });
    if (answer.kind === 'later') {
      const say = 'Your decision is kept, but could not be confirmed yet. Choose the same again in a moment.';
      return show(c, 503, { ...page, say, decides: true, comment, reasonCode });
    }
    return show(c, 200, {
      ...page,
      say: `Done: ${DONE[decision]}. It is ${answer.answer.status.replaceAll('_', ' ')} now.`,
    });
  }

  async function show(c: Context<ApiEnv>, status: Status, page: ReviewPage) {
    return c.html(reviewPage(page), status, {
      'Content-Security-Policy': REVIEW_PAGE_POLICY,
      'Cache-Control': 'no-store',
      'X-Robots-Tag': 'noindex',
    });
  }
}

const DONE = { approve: 'approved', reject: 'rejected', request_changes: 'changes requested' };
const titleOf = ({ subject }: DraftRow) => `Review: ${subject.slice(0, 200) || '(no subject)'}`;
