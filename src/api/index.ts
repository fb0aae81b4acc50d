import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { requestId } from 'hono/request-id';
import { secureHeaders } from 'hono/secure-headers';
import { AUTH_PATH } from '../accounts/index.ts';
import { authenticate, withReaders } from './auth.ts';
import type { Api } from './context.ts';
import type { ApiDeps, ApiEnv } from './deps.ts';
import { serveDesk } from './desk.ts';
import { createDirectory } from './directory.ts';
import { createEngine, type Engine } from './engine.ts';
import { errorHandler, onInvalid, sendProblem } from './errors.ts';
import { floodGuards } from './flood.ts';
import { ApiProblem } from './problems.ts';
import { absenceRoutes } from './routes/absences.ts';
import { accountRoutes } from './routes/accounts.ts';
import { alertRoutes } from './routes/alerts.ts';
import { assignmentRoutes } from './routes/assignments.ts';
import { batchRoutes } from './routes/batches.ts';
import { calendarRoutes } from './routes/calendar.ts';
import { channelRoutes } from './routes/channels.ts';
import { commandRoutes } from './routes/commands.ts';
import { commentRoutes } from './routes/comments.ts';
import { draftPauseRoutes } from './routes/draft-pauses.ts';
import { draftRoutes } from './routes/drafts.ts';
import { eventRoutes } from './routes/events.ts';
import { groupRoutes } from './routes/groups.ts';
import { decisionWebhookRoutes } from './routes/inbound.ts';
import { keyRoutes } from './routes/keys.ts';
import { limitRoutes } from './routes/limits.ts';
import { linkRoutes } from './routes/links.ts';
import { notificationRoutes } from './routes/notifications.ts';
import { numberRoutes } from './routes/numbers.ts';
import { operationRoutes } from './routes/operations.ts';
import { optOutRoutes } from './routes/optout.ts';
import { pauseRoutes } from './routes/pauses.ts';
import { policyRoutes } from './routes/policies.ts';
import { preferenceRoutes } from './routes/preferences.ts';
import { proposalRoutes } from './routes/proposals.ts';
import { recipientNoteRoutes } from './routes/recipient-notes.ts';
import { revisionRoutes } from './routes/revisions.ts';
import { sendEvidenceRoutes } from './routes/send-evidence.ts';
import { settingsRoutes } from './routes/settings.ts';
import { slackRoutes } from './routes/slack.ts';
import { sourceRoutes } from './routes/sources.ts';
import { suppressionRoutes } from './routes/suppressions.ts';
import { systemRoutes } from './routes/system.ts';
import { viewRoutes } from './routes/views.ts';
import { MAX_WEBHOOK_BYTES, oversizeWebhook, WEBHOOK_PATH, webhookRoutes } from './routes/webhooks.ts';
import { serveSignIn } from './sign-in.ts';

export type { ApiDeps, ApiEnv, RecipeEntry } from './deps.ts';

/** AgentMail takes 6 MB; base64 inside JSON, with everything around it, stays below this. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;
const MAX_SIGN_IN_BYTES = 16 * 1024;

/** The HTTP API and, when it was built, the desk: a Hono app to serve with any Hono adapter. */
export function createApi(deps: ApiDeps): OpenAPIHono<ApiEnv> {
  return buildApi(deps, createEngine(deps));
}

/** As `createApi`, with the engine given. */
export function buildApi(deps: ApiDeps, engine: Engine): OpenAPIHono<ApiEnv> {
  const now = () => deps.clock?.now() ?? Date.now();
  const directory = createDirectory(deps.keys, deps.store, now);
  const api: Api = { ...deps, engine, directory, names: directory.names, now };
  const app = new OpenAPIHono<ApiEnv>({ defaultHook: onInvalid });
  app.onError(errorHandler(deps));
  app.notFound((c) => sendProblem(c, new ApiProblem('not_found', `There is nothing at ${c.req.path}.`)));
  app.use(requestId({ limitLength: 100 }));
  app.use(
    secureHeaders({
      xFrameOptions: 'DENY',
      referrerPolicy: 'no-referrer',
      crossOriginResourcePolicy: 'same-origin',
      // Whether this host and those below it speak TLS is for whoever terminates it to say.
      strictTransportSecurity: false,
    }),
  );
  app.use('/v1/*', async (c, next) => {
    await next();
    // Drafts are other people's letters: no cache on the way keeps them.
    if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store');
  });
  for (const { path, guard } of floodGuards(deps)) app.use(path, guard);
  app.use(WEBHOOK_PATH, bodyLimit({ maxSize: MAX_WEBHOOK_BYTES, onError: oversizeWebhook(deps) }));
  app.use('/v1/*', bodyLimit({ maxSize: MAX_BODY_BYTES, onError: tooLarge(MAX_BODY_BYTES) }));
  app.use('/v1/*', authenticate(deps));
  app.use('/v1/*', async (c, next) => {
    if (c.var.caller !== null) await directory.refresh();
    await next();
  });
  app.use(`${AUTH_PATH}/*`, bodyLimit({ maxSize: MAX_SIGN_IN_BYTES, onError: tooLarge(MAX_SIGN_IN_BYTES) }));
  app.all(`${AUTH_PATH}/*`, serveSignIn(deps));

  const routers = [
    // Before the drafts, whose ids its name would be one of.
    calendarRoutes,
    draftRoutes,
    draftPauseRoutes,
    batchRoutes,
    operationRoutes,
    revisionRoutes,
    commandRoutes,
    eventRoutes,
    settingsRoutes,
    alertRoutes,
    suppressionRoutes,
    preferenceRoutes,
    policyRoutes,
    proposalRoutes,
    limitRoutes,
    pauseRoutes,
    webhookRoutes,
    notificationRoutes,
    channelRoutes,
    decisionWebhookRoutes,
    slackRoutes,
    systemRoutes,
    accountRoutes,
    groupRoutes,
    keyRoutes,
    assignmentRoutes,
    absenceRoutes,
    commentRoutes,
    viewRoutes,
    numberRoutes,
    recipientNoteRoutes,
    sendEvidenceRoutes,
    sourceRoutes,
  ];
  for (const router of routers) app.route('/', router(api));
  app.route('/', optOutRoutes(api));
  app.route('/', linkRoutes(api));
  tellReaders(app);
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer' });
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'Countersign',
      version: deps.version ?? '0.0.0',
      description: "Durable email drafting for AI agents: no agent's email leaves without a countersignature.",
    },
  });
  answerOtherMethods(app);
  if (deps.deskDir !== undefined) app.use('*', serveDesk(deps.deskDir));
  return app;
}

const tooLarge = (bytes: number) => (): never => {
  throw new ApiProblem('payload_too_large', `The request is larger than ${bytes} bytes.`);
};

/** The document says of each route whom its guard lets in. */
function tellReaders(app: OpenAPIHono<ApiEnv>): void {
  for (const definition of app.openAPIRegistry.definitions) {
    if (definition.type !== 'route') continue;
    const { route } = definition;
    const access: unknown = route['x-access'];
    if (Array.isArray(access)) route['x-access'] = withReaders(access, route.method === 'get');
  }
}

/** OPTIONS tells what a known path can; any other method it does not have is 405, not 404. */
function answerOtherMethods(app: OpenAPIHono<ApiEnv>): void {
  const methods = new Map<string, Set<string>>();
  for (const { method, path } of app.routes) {
    if (method === 'ALL' || path.includes('*')) continue;
    const known = methods.get(path) ?? new Set();
    methods.set(path, known.add(method));
    if (method === 'GET') known.add('HEAD');
  }
  for (const [path, known] of methods) {
    const allowed = [...known, 'OPTIONS'].sort().join(', ');
    app.all(path, (c) => {
      if (c.req.method === 'OPTIONS') return c.body(null, 204, { Allow: allowed });
      const message = `${c.req.method} is not possible here; ${allowed} are.`;
      throw new ApiProblem('method_not_allowed', message, { headers: { Allow: allowed } });
    });
  }
}
