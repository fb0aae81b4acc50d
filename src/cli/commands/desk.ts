import type { Command } from 'commander';
import { contextOf, type Io } from '../context.ts';

/** The way into the review desk. The link holds a key, so it is printed only to who asks for it. */
export function addDesk(program: Command, io: Io): void {
  const command = program
    .command('desk')
    .description('print the link that signs you in to the review desk')
    .action(async () => {
      const { out, access } = contextOf(io, command);
      const { url, apiKey } = access('reviewer');
      const link = `${url.replace(/\/+$/, '')}/#key=${encodeURIComponent(apiKey)}`;
      if (out.json) out.value({ url: link });
      else io.write(`${link}\n`);
    });
}
