import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { EVERYTHING, isLinkExpired, OPT_OUT_PATH, type OptOutLink } from '../../domain/opt-out.ts';
import type { DraftRow } from '../../store/types.ts';
import type { Api } from '../context.ts';
import type { ApiEnv } from '../deps.ts';
import { act, isStopped, recipientOf } from '../optout/act.ts';
import { optOutPage, PAGE_POLICY, type PageState } from '../optout/page.ts';
import { pageLanguage } from '../optout/texts.ts';
import { ApiProblem } from '../problems.ts';

const MAX_FORM_BYTES = 10_000;
const tooLarge = (): never => {
  throw new ApiProblem('payload_too_large', `A choice is not larger than ${MAX_FORM_BYTES} bytes.`);
};

/** Fields of our own form, and the one of RFC 8058; mail programs send no other. */
const formSchema = z.object({
  choice: z.enum(['category', 'everything']).optional(),
  undo: z.literal('1').optional(),
  address: z.string().max(998).optional(),
  'List-Unsubscribe': z.literal('One-Click').optional(),
});

/**
 * The page behind an opt-out link, for whoever holds it: no login. Looking changes nothing, since mail programs and
 * scanners look at every link; only a POST acts.
 */
export function optOutRoutes(api: Api) {
  const app = new Hono<ApiEnv>();
  app.use(`${OPT_OUT_PATH}*`, bodyLimit({ maxSize: MAX_FORM_BYTES, onError: tooLarge }));
  return app
    .get(`${OPT_OUT_PATH}:token`, async (c) => {
      const opened = await open(c);
      if ('response' in opened) return opened.response;
      const { link, draft } = opened;
      return show(c, 200, { say: 'choose', category: link.category, address: recipientOf(link, draft, null) });
    })
    .post(`${OPT_OUT_PATH}:token`, async (c) => {
      const opened = await open(c);
      if ('response' in opened) return opened.response;
      const form = formSchema.safeParse(await c.req.parseBody().catch(() => ({})));
      const { link, draft } = opened;
      const { category } = link;
      const fields = form.data ?? {};
      const oneClick = fields['List-Unsubscribe'] !== undefined;
      const choice = fields.choice ?? (oneClick ? (category === null ? 'everything' : 'category') : undefined);
      const address = recipientOf(link, draft, fields.address ?? null);
      if (choice === undefined || (choice === 'category' && category === null)) {
        return show(c, 400, { say: 'choose', category, address });
      }
      if (address === null) return show(c, 400, { say: 'notAmong', category, address });
      const out = fields.undo === undefined;
      const wanted = choice === 'everything' || category === null ? EVERYTHING : category;
      const nowMs = api.now();
      await act(api, { address, category: wanted, out, draftId: draft.draftId, nowMs });
      api.log?.info({ draftId: draft.draftId, out, everything: wanted === EVERYTHING }, 'a recipient chose by link');
      if (!out) {
        const part = await isStopped(api, { address, category, inboxId: draft.inboxId, nowMs });
        return show(c, 200, { say: part ? 'undoneInPart' : 'undone', category, address, choice });
      }
      const say = wanted === EVERYTHING ? 'doneEverything' : 'doneCategory';
      return show(c, 200, { say, category, address, choice });
    });

  async function open(c: Context<ApiEnv>): Promise<{ link: OptOutLink; draft: DraftRow } | { response: Response }> {
    const link = api.optOut?.read(c.req.param('token') ?? '') ?? 'forged';
    const draft = link === 'forged' ? null : await api.store.getDraft(link.draftId);
    const nothing = { category: null, address: null };
    if (link === 'forged' || draft === null) return { response: await show(c, 404, { say: 'invalid', ...nothing }) };
    const { projection } = draft;
    const sentAtMs = projection?.status === 'sent' ? projection.toldAtMs : null;
    if (isLinkExpired(link, sentAtMs, api.now()))
      return { response: await show(c, 410, { say: 'expired', ...nothing }) };
    return { link, draft };
  }

  async function show(c: Context<ApiEnv>, status: 200 | 400 | 404 | 410, state: Omit<PageState, 'language'>) {
    const { address } = state;
    const [preference] = address === null ? [] : await api.store.preferencesOf([address]);
    const language = pageLanguage(preference?.language ?? null, c.req.header('Accept-Language'));
    return c.html(optOutPage({ language, ...state }), status, {
      'Content-Security-Policy': PAGE_POLICY,
      'Cache-Control': 'no-store',
      'X-Robots-Tag': 'noindex',
      Vary: 'Accept-Language',
    });
  }
}
