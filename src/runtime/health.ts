import { type HttpServer, startHttp } from './http.ts';

/** Answers GET /health with 200 while `isHealthy`, else 503: for supervisors of a part without an API. */
export function serveHealth(options: { host: string; port: number; isHealthy: () => boolean }): Promise<HttpServer> {
  const { host, port, isHealthy } = options;
  const answer = () => {
    const healthy = isHealthy();
    return Response.json({ status: healthy ? 'ok' : 'unavailable' }, { status: healthy ? 200 : 503 });
  };
  const fetch = (request: Request) =>
    new URL(request.url).pathname === '/health' ? answer() : new Response('Not found\n', { status: 404 });
  return startHttp({ fetch, host, port, variable: 'COUNTERSIGN_WORKER_HEALTH_PORT' });
}
