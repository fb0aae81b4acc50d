import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasCode, StartupError } from './errors.ts';

/** After a kill −9 the previous run's children need a moment, at most the guard's 5 s, to let go of their ports. */
const RELEASE_TIMEOUT_MS = 7_000;

/**
 * Resolves with a port that can be listened on: the wanted one, waited for some seconds, or any free one for 0.
 * @throws StartupError naming the port and the variable that changes it.
 */
export async function claimPort(
  host: string,
  wanted: number,
  variable: string,
  timeoutMs = RELEASE_TIMEOUT_MS,
): Promise<number> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const port = await probe(host, wanted);
    if (port !== undefined) return port;
    if (Date.now() > deadline) throw portBusy(wanted, variable);
    await sleep(100);
  }
}

export function portBusy(port: number, variable: string): StartupError {
  return new StartupError(`Port ${port} is in use by another program: stop it, or set ${variable} to a free port`);
}

/** The port it could listen on for a moment, or undefined when it is taken. */
function probe(host: string, wanted: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => (hasCode(error, 'EADDRINUSE') ? resolve(undefined) : reject(error)));
    server.listen(wanted, host, () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : wanted;
      server.close(() => resolve(port));
    });
  });
}
