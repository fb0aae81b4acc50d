import type { Command } from 'commander';
import { z } from 'zod';
import type { Inbox, InboxChanges } from '../../client/index.ts';
import { INBOX_MODES } from '../../domain/commands.ts';
import { CHECK_CHOICES, type CheckChoices } from '../../domain/preflight.ts';
import { type Context, contextOf, type Io } from '../context.ts';
import { UsageError } from '../exit.ts';
import { durationArgument } from '../schedule-options.ts';
import { safe } from '../text.ts';
import { wholeNumber } from './read.ts';

const inboxOptions = z.object({
  mode: z.enum(INBOX_MODES, `--mode: one of ${INBOX_MODES.join(', ')}`).optional(),
  monitorHold: z.number().optional(),
  pause: z.union([z.string(), z.literal(true)]).optional(),
  resume: z.boolean().optional(),
  unverifiedSignals: z.enum(['on', 'off'], '--unverified-signals: on or off').optional(),
  deleteAdopted: z.enum(['on', 'off'], '--delete-adopted: on or off').optional(),
  footer: z.string().optional(),
  maxApprovalAge: z.number().optional(),
  maxDraftAge: z.number().optional(),
  check: z.custom<CheckChoices>().optional(),
  maxAttempts: z.number().optional(),
  sendPatience: z.number().optional(),
  editorMayApprove: z.enum(['on', 'off'], '--editor-may-approve: on or off').optional(),
  creatorMayApprove: z.enum(['on', 'off'], '--creator-may-approve: on or off').optional(),
  assign: z.string().optional(),
  hold: z.union([z.literal('never'), z.number()]).optional(),
  remindAfter: z.union([z.literal('never'), z.number()]).optional(),
  escalateAfter: z.union([z.literal('never'), z.number()]).optional(),
  escalateTo: z.string().optional(),
  expireAfter: z.union([z.literal('never'), z.number()]).optional(),
  replyApproval: z.enum(['on', 'off'], '--reply-approval: on or off').optional(),
  foreignDrafts: z.enum(['ignore', 'adopt', 'alert'], '--foreign-drafts: ignore, adopt or alert').optional(),
  mirrorSuppressions: z.enum(['on', 'off'], '--mirror-suppressions: on or off').optional(),
});

type Given = z.infer<typeof inboxOptions>;

const durationOrNever = (given: string) => (given === 'never' ? given : durationArgument(given));

const checksInWords = () =>
  Object.entries(CHECK_CHOICES)
    .map(([check, actions]) => `${check}=${actions.join('|')}`)
    .join(', ');

/** Collects `--check a=b --check c=d`. */
function collectCheck(given: string, before: CheckChoices = {}): CheckChoices {
  const [name = '', action = ''] = given.split('=');
  const choices: readonly string[] | undefined = Object.entries(CHECK_CHOICES).find(([check]) => check === name)?.[1];
  if (!choices?.includes(action)) throw new UsageError(`--check ${given}: give one of ${checksInWords()}.`);
  return { ...before, [name]: action };
}

const ASSIGN_WORDS = 'nobody, person:ID, group:NAME, or turn:NAME for its people one after the other';

function assignArgument(given: string): NonNullable<InboxChanges['assignTo']> | null {
  if (given === 'nobody') return null;
  const [, kind, name] = /^(person|group|turn):(.+)$/.exec(given) ?? [];
  if (kind === undefined || name === undefined) throw new UsageError(`--assign ${given}: give ${ASSIGN_WORDS}.`);
  return kind === 'person' ? { person: name } : kind === 'group' ? { group: name } : { inTurn: name };
}

function assignText(route: Inbox['assignTo']): string {
  if (route === null) return 'nobody';
  if ('person' in route) return route.person;
  return 'inTurn' in route ? `${route.inTurn} in turn` : `group ${route.group}`;
}

export function addInbox(program: Command, io: Io): void {
  const inbox = program.command('inbox').description('inboxes and their oversight');
  const list = inbox
    .command('list')
    .description('all inboxes')
    .action(async () => {
      const context = contextOf(io, list);
      const { items, provider } = await context.client('reviewer').inboxes.list();
      if (context.out.json) return context.out.value({ items, provider });
      if (provider !== 'ok') context.out.note('AgentMail cannot be reached: only inboxes with settings are listed.');
      if (items.length === 0) return context.out.note('There are no inboxes in AgentMail yet.');
      showInboxes(context, items);
    });
  const set = inbox
    .command('set <inbox>')
    .description('change the oversight of an inbox, as an operator')
    .option('--mode <mode>', `how drafts are overseen: ${INBOX_MODES.join(', ')}`)
    .option('--monitor-hold <duration>', 'in mode monitor: how long people may stop a draft', durationArgument)
    .option('--pause [reason]', 'nothing leaves')
    .option('--resume', 'end the pause')
    .option('--unverified-signals <on|off>', 'whether approvals by plain Temporal signal count')
    .option('--delete-adopted <on|off>', 'delete an adopted AgentMail draft that ends unsent')
    .option('--footer <text>', 'text the provider appends to every message; empty for none')
    .option('--max-approval-age <duration>', 'ask again for approvals older than this', durationArgument)
    .option('--max-draft-age <duration>', 'drafts written longer ago than this are stale', durationArgument)
    .option('--check <name=action>', `what a failed check does: ${checksInWords()}; repeatable`, collectCheck)
    .option('--max-attempts <n>', 'send requests of one revision before a person is asked', wholeNumber)
    .option(
      '--send-patience <duration>',
      'how long AgentMail may be out of reach before a person is asked',
      durationArgument,
    )
    .option('--editor-may-approve <on|off>', 'whether whoever wrote a revision may approve it')
    .option('--creator-may-approve <on|off>', 'whether whoever asked for a draft may approve it')
    .option('--assign <whom>', `who its drafts go to: ${ASSIGN_WORDS}`)
    .option('--reply-approval <on|off>', 'whether answers to the mail that asks for a review decide')
    .option(
      '--hold <duration|never>',
      'room for undo: the least time between an approval and the send',
      durationOrNever,
    )
    .option('--remind-after <duration|never>', 'remind reviewers, where no rule says', durationOrNever)
    .option('--escalate-after <duration|never>', 'ask the group of --escalate-to as well', durationOrNever)
    .option('--escalate-to <group>', 'the group that is asked as well; goes with --escalate-after')
    .option(
      '--expire-after <duration|never>',
      'the longest a review may take before its draft expires',
      durationOrNever,
    )
    .option('--foreign-drafts <ignore|adopt|alert>', 'what happens to drafts that others make in AgentMail')
    .option('--mirror-suppressions <on|off>', "put this inbox's suppressions on AgentMail's block list, too")
    .action(async (id: string) => {
      const context = contextOf(io, set);
      const changes = changesOf(inboxOptions.parse(set.opts()));
      if (Object.keys(changes).length === 0)
        throw new UsageError('Say what to change; see `countersign inbox set --help`.');
      const changed = await context.client('operator').inboxes.update(id, changes);
      if (context.out.json) context.out.value(changed);
      else showInboxes(context, [changed]);
    });
}

function changesOf(given: Given): InboxChanges {
  const { mode, monitorHold, pause, resume, unverifiedSignals, deleteAdopted, footer, maxApprovalAge } = given;
  const { maxDraftAge, check, maxAttempts, editorMayApprove, creatorMayApprove, replyApproval, foreignDrafts } = given;
  const { mirrorSuppressions, sendPatience, assign, hold } = given;
  if (pause !== undefined && resume) throw new UsageError('--pause and --resume contradict each other.');
  return {
    ...(mode && { mode }),
    ...(monitorHold !== undefined && { monitorHoldMs: monitorHold }),
    ...(pause !== undefined && { paused: true, pausedReason: pause === true ? null : pause }),
    ...(resume && { paused: false }),
    ...(unverifiedSignals && { acceptUnverifiedSignals: unverifiedSignals === 'on' }),
    ...(deleteAdopted && { deleteAdopted: deleteAdopted === 'on' }),
    ...(footer !== undefined && { declaredFooter: footer === '' ? null : footer }),
    ...(maxApprovalAge !== undefined && { maxApprovalAgeMs: maxApprovalAge }),
    ...(maxDraftAge !== undefined && { maxDraftAgeMs: maxDraftAge }),
    ...(check && { checks: check }),
    ...(maxAttempts !== undefined && { maxAttempts }),
    ...(sendPatience !== undefined && { sendPatienceMs: sendPatience }),
    ...(editorMayApprove && { editorMayApprove: editorMayApprove === 'on' }),
    ...(creatorMayApprove && { creatorMayApprove: creatorMayApprove === 'on' }),
    ...(assign !== undefined && { assignTo: assignArgument(assign) }),
    ...(replyApproval && { replyApproval: replyApproval === 'on' }),
    ...(hold !== undefined && { holdMs: hold === 'never' ? 0 : hold }),
    ...reviewTimesOf(given),
    ...(foreignDrafts && { foreignDrafts }),
    ...(mirrorSuppressions && { mirrorSuppressions: mirrorSuppressions === 'on' }),
  };
}

/** Whoever ends the escalation ends it whole. */
function reviewTimesOf({ remindAfter, escalateAfter, escalateTo, expireAfter }: Given): InboxChanges {
  const ms = (given: number | 'never') => (given === 'never' ? null : given);
  if (escalateAfter === 'never' && escalateTo !== undefined)
    throw new UsageError('--escalate-after never and --escalate-to contradict each other.');
  return {
    ...(remindAfter !== undefined && { remindAfterMs: ms(remindAfter) }),
    ...(escalateAfter !== undefined && { escalateAfterMs: ms(escalateAfter) }),
    ...(escalateTo !== undefined && { escalateTo }),
    ...(escalateAfter === 'never' && { escalateTo: null }),
    ...(expireAfter !== undefined && { expireAfterMs: ms(expireAfter) }),
  };
}

function showInboxes({ out }: Context, items: Inbox[]): void {
  const rows = safe(items).map((one) => [
    one.id,
    one.mode,
    one.paused ? `paused${one.pausedReason ? `: ${one.pausedReason}` : ''}` : 'open',
    one.acceptUnverifiedSignals ? 'accepted' : 'ignored',
    assignText(one.assignTo),
    one.atProvider ? '' : 'not listed by AgentMail',
  ]);
  out.table(['inbox', 'mode', 'state', 'signals', 'assign', 'note'], rows, ['inbox', 'state', 'assign', 'note']);
}
