import { serve } from '@hono/node-server';
import { hasCode } from '../embedded/errors.ts';
import { portBusy } from '../embedded/ports.ts';

export type HttpServer = {
  /** Base URL without a slash at the end. */
  url: string;
  /** Takes no more requests, ends open streams, resolves when all are gone. */
  close(): Promise<void>;
};

export type HttpOptions = {
  fetch: (request: Request) => Response | Promise<Response>;
  host: string;
  /** 0 takes any free one. */
  port: number;
  /** Named when the port is taken. */
  variable: string;
};

/** Requests under way get this long before their connections are closed; event streams have no end of their own. */
const CLOSE_GRACE_MS = 1_000;

/** @throws StartupError when the port is in use. */
export async function startHttp(options: HttpOptions): Promise<HttpServer> {
  const { host, port, variable, fetch } = options;
  const server = serve({ fetch, hostname: host, port });
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', (error) => reject(hasCode(error, 'EADDRINUSE') ? portBusy(port, variable) : error));
  });
  const address = server.address();
  const bound = address !== null && typeof address === 'object' ? address.port : port;
  return {
    url: urlOf(host, bound),
    close: () =>
      new Promise((resolve) => {
        const force = setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), CLOSE_GRACE_MS);
        server.close(() => {
          clearTimeout(force);
          resolve();
        });
        if ('closeIdleConnections' in server) server.closeIdleConnections();
      }),
  };
}

/** Where something listening on `host` is reached from this machine: the wildcard addresses are for listening only. */
export function urlOf(host: string, port: number): string {
  if (host === '0.0.0.0' || host === '::') return `http://127.0.0.1:${port}`;
  return host.includes(':') ? `http://[${host}]:${port}` : `http://${host}:${port}`;
}
