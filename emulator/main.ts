import { Command, InvalidArgumentError } from 'commander';
import { startEmulator } from './index.ts';

const options = new Command('emulator')
  .description('A local AgentMail')
  .option('--port <port>', 'port to listen on, 0 for a free one', parsePort, 0)
  .option('--host <host>', 'address to listen on', '127.0.0.1')
  .option('--data <dir>', 'folder that keeps everything; in memory without it')
  .parse()
  .opts<{ port: number; host: string; data?: string }>();

try {
  const emulator = await startEmulator({ port: options.port, host: options.host, dataDir: options.data });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void emulator.close().then(() => process.exit(0)));
  }
  // Printed last: whoever reads it may at once signal this process.
  console.log(`listening ${emulator.url}`);
} catch (error) {
  console.error(startFailure(error));
  process.exit(1);
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError('must be 0 to 65535');
  return port;
}

function startFailure(error: unknown): string {
  const busy = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  if (busy) return `Port ${options.port} on ${options.host} is busy: choose another with --port`;
  return `The emulator cannot start: ${error instanceof Error ? error.message : String(error)}`;
}
