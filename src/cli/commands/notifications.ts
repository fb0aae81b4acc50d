import type { Command } from 'commander';
import { z } from 'zod';
import type { MyNotifications } from '../../client/index.ts';
import { type Context, contextOf, type Io } from '../context.ts';
import { EXIT, ExitWith, UsageError } from '../exit.ts';
import { safe, when } from '../text.ts';

const TESTABLE = ['email', 'slack', 'webhook_out'] as const;
const setOptions = z.object({
  email: z.enum(['on', 'off'], '--email: on or off').optional(),
  digest: z.enum(['none', 'hourly', 'daily'], '--digest: none, hourly or daily').optional(),
});

/** `notifications show|set|slack|channels|test`. */
export function addNotifications(program: Command, io: Io): void {
  const root = program.command('notifications').description('how you are told of reviews, and the ways there are');
  const show = root
    .command('show', { isDefault: true })
    .description('your own settings')
    .action(async () => {
      const context = contextOf(io, show);
      showMine(context, await context.client('reviewer').notifications.get());
    });
  const set = root
    .command('set')
    .option('--email <on|off>', 'drafts to review, and what became of them, by mail')
    .option('--digest <none|hourly|daily>', 'several mails in one; reminders and escalations always come at once')
    .description('change your own settings')
    .action(async () => {
      const context = contextOf(io, set);
      const { email, digest } = setOptions.parse(set.opts());
      if (email === undefined && digest === undefined) throw new UsageError('Say what to change: --email or --digest.');
      const { notifications } = context.client('reviewer');
      const before = await notifications.get();
      const wanted = { email: email === undefined ? before.email : email === 'on', digest: digest ?? before.digest };
      showMine(context, await notifications.set(wanted));
    });
  const slack = root
    .command('slack <connect|disconnect>')
    .description('be told in Slack: a message there asks you first')
    .action(async (what: string) => {
      const context = contextOf(io, slack);
      const { notifications } = context.client('reviewer');
      if (what === 'connect') showMine(context, await notifications.connectSlack());
      else if (what === 'disconnect') showMine(context, await notifications.disconnectSlack());
      else throw new UsageError('Say `connect` or `disconnect`.');
    });
  const channels = root
    .command('channels')
    .description('what is set up, as an operator; no secret is shown')
    .action(async () => {
      const { out, client } = contextOf(io, channels);
      const items = await client('operator').notifications.channels();
      if (out.json) return out.value({ items });
      const rows = safe(items).map(({ id, open, facts, missing, tellings }) => [
        id,
        out.style(open ? 'open' : 'closed', open ? 'green' : 'yellow'),
        open ? facts.map(({ name, value }) => `${name}: ${value}`).join(', ') : `needs ${missing.join(', ')}`,
        tellings === null ? '' : `${tellings.delivered} told, ${tellings.pending} waiting, ${tellings.failed} failed`,
        tellings?.lastError ?? '',
      ]);
      out.table(['channel', 'state', 'set up with', 'last 24 h', 'last error'], rows, ['set up with'], ['last error']);
    });
  const test = root
    .command('test <channel>')
    .description(`send a test over ${TESTABLE.join(', ')}, as an operator`)
    .action(async (name: string) => {
      const { out, client } = contextOf(io, test);
      const channel = TESTABLE.find((known) => known === name);
      if (channel === undefined) throw new UsageError(`Give one of ${TESTABLE.join(', ')}.`);
      const answer = await client('operator').notifications.test(channel);
      if (out.json) out.value(answer);
      else out.line(safe(answer.ok ? `Sent to ${answer.told}.` : `Not taken: ${answer.code}.`));
      if (!answer.ok) throw new ExitWith(EXIT.error);
    });
}

function showMine({ out }: Context, mine: MyNotifications): void {
  if (out.json) {
    out.value(mine);
    return;
  }
  const { email, digest, address, slack, available } = safe(mine);
  const mail = email ? `on, to ${address}${digest === 'none' ? '' : `, ${digest}`}` : 'off';
  out.line(`Mail: ${mail}${available.email ? '' : ' (not set up on this server)'}`);
  const words = {
    none: 'not connected',
    asked: `a message in Slack waits for your answer until ${when(slack.askedUntil)}`,
    connected: `connected with ${slack.memberId}`,
  };
  out.line(`Slack: ${words[slack.state]}${available.slack ? '' : ' (not set up on this server)'}`);
}
