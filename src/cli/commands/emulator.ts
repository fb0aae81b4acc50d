import { type Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import type { Io } from '../context.ts';
import { EXIT, ExitWith } from '../exit.ts';

const options = z.object({
  port: z.number(),
  host: z.string(),
  data: z.string().optional(),
  smtpRelay: z.string().optional(),
});

/** A local AgentMail, alone. Its code is loaded only here. */
export function addEmulator(program: Command, io: Io): void {
  const command = program
    .command('emulator')
    .description('run a local AgentMail that the real SDKs can talk to')
    .option('--port <port>', 'port to listen on, 0 for a free one', portArgument, 0)
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--data <dir>', 'folder that keeps everything; in memory without it')
    .option('--smtp-relay <host:port>', 'SMTP server that gets a copy of all mail sent', relayArgument)
    .action(async () => {
      const { port, host, data, smtpRelay } = options.parse(command.opts());
      const { startEmulator } = await import('../../../emulator/index.ts');
      const emulator = await startEmulator({ port, host, dataDir: data, smtpRelay }).catch((error: unknown) => {
        const busy = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
        if (busy) throw new ExitWith(EXIT.error, `Port ${port} on ${host} is busy: choose another with --port.`);
        throw error;
      });
      io.write(`listening ${emulator.url}\n`);
      await new Promise<void>((resolve) => {
        if (io.signal.aborted) resolve();
        else io.signal.addEventListener('abort', () => resolve(), { once: true });
      });
      await emulator.close();
    });
}

function portArgument(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('must be 0 to 65535.');
  return port;
}

function relayArgument(target: string): string {
  if (!/^\S+:\d{1,5}$/.test(target)) throw new InvalidArgumentError('must be host:port, like localhost:1025.');
  return target;
}
