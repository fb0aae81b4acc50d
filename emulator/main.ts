import { Command, InvalidArgumentError } from 'commander';
import { startEmulator } from './index.ts';
import { parseRelay } from './relay/target.ts';

const options = new Command('emulator')
  .description('A local AgentMail')
  .option('--port <port>', 'port to listen on, 0 for a free one', parsePort, 0)
  .option('--host <host>', 'address to listen on', '127.0.0.1')
  .option('--data <dir>', 'folder that keeps everything; in memory without it')
  .option('--smtp-relay <host:port>', 'SMTP server that gets a copy of all mail sent', relayArgument)
  .parse()
  .opts<{ port: number; host: string; data?: string; smtpRelay?: string }>();

try {
  const { data: dataDir, ...rest } = options;
  const emulator = await startEmulator({ ...rest, dataDir });
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

function relayArgument(target: string): string {
  if (!parseRelay(target)) throw new InvalidArgumentError('must be host:port, like localhost:1025');
  return target;
}

function startFailure(error: unknown): string {
  const busy = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  if (busy) return `Port ${options.port} on ${options.host} is busy: choose another with --port`;
  return `The emulator cannot start: ${error instanceof Error ? error.message : String(error)}`;
}
