import { type Command, Option } from 'commander';
import { z } from 'zod';
import type { CommandAnswer, Decision, Draft, Revision } from '../../client/index.ts';
import { REJECTION_CODES } from '../../domain/rejection.ts';
import { type Context, confirm, contextOf, type Io } from '../context.ts';
import { EXIT, ExitWith, UsageError } from '../exit.ts';
import { showDraft, styledStatus } from '../show-draft.ts';
import { safeText, when } from '../text.ts';
import { wholeNumber } from './read.ts';

const options = z.object({
  revision: z.number().optional(),
  digest: z.string().min(12, '--digest: give at least 12 characters of it').toLowerCase().optional(),
  comment: z.string().optional(),
  reason: z.enum(REJECTION_CODES).optional(),
  withTime: z.boolean().default(false),
  threadSeen: z.string().min(1).max(998).optional(),
  yes: z.boolean().default(false),
  decisionId: z.string().optional(),
});
type Options = z.infer<typeof options>;

/** approve, reject, request-changes: decisions about the revision that was read. */
export function addDecisions(program: Command, io: Io): void {
  const add = (name: string, decision: Decision, description: string) => {
    const command: Command = program
      .command(`${name} <id>`)
      .description(description)
      .option('--revision <n>', 'the revision you have read', wholeNumber)
      .option('--digest <digest>', 'its digest, or the first 12 characters or more')
      .option('--comment <text>', decision === 'request_changes' ? 'what should change (required)' : 'why')
      .option('--yes', 'do not ask')
      .option('--decision-id <id>', 'your id of this decision: repeating it decides once');
    if (decision === 'reject')
      command.addOption(new Option('--reason <reason>', 'why, as it is counted').choices(REJECTION_CODES));
    if (decision === 'approve')
      command
        .option('--with-time', 'approve the time, too: a new one takes the approval away')
        .option('--thread-seen <message-id>', 'the latest message of the thread that you have read');
    command.action(async (id: string) => decide(contextOf(io, command), decision, id, options.parse(command.opts())));
  };
  add('approve', 'approve', 'approve a revision: it leaves when it is due');
  add('reject', 'reject', 'end the draft; it is never sent');
  add('request-changes', 'request_changes', 'send the draft back with a comment');
}

async function decide(context: Context, decision: Decision, id: string, given: Options): Promise<void> {
  const { io } = context;
  if (decision === 'request_changes' && !given.comment)
    throw new UsageError('Say what should change: --comment <text>.');
  const { drafts } = context.client('reviewer');
  const draft = await drafts.get(id);
  const revision = given.revision === undefined ? draft.current : await drafts.revision(id, given.revision);
  if (revision === null)
    throw new ExitWith(EXIT.refused, 'There is no revision to decide about yet; it is being composed.');
  assertDigest(revision, given.digest);
  const named = given.revision !== undefined || given.digest !== undefined;
  // Off a terminal nobody reads what is shown, so the caller has to name what it read.
  if (!io.interactive && !named) throw new UsageError('Name what you have read: --revision <n> or --digest <digest>.');
  if (!given.yes && io.interactive) await ask(context, decision, draft, revision);
  const { comment, reason: reasonCode, decisionId } = given;
  tellResult(
    context,
    await drafts.decide(id, {
      ...{ decision, revision: revision.revision, digest: revision.digest, comment, reasonCode, decisionId },
      ...(given.withTime && { schedule: draft.schedule }),
      ...(given.threadSeen !== undefined && { threadSeen: given.threadSeen }),
    }),
  );
}

function assertDigest({ revision, digest }: Revision, wanted: string | undefined): void {
  if (wanted === undefined || digest.startsWith(wanted)) return;
  throw new ExitWith(EXIT.refused, `Revision ${revision} has the digest ${digest}, not ${wanted}: read it again.`);
}

const VERBS: Record<Decision, string> = { approve: 'Approve', reject: 'Reject', request_changes: 'Send back' };
async function ask(context: Context, decision: Decision, draft: Draft, revision: Revision): Promise<void> {
  const { out } = context;
  if (!out.json) {
    showDraft(out, draft, revision);
    out.line();
  }
  const what = `revision ${revision.revision}, "${safeText(revision.content.subject)}"`;
  const agreed = await confirm(context, `${VERBS[decision]} ${what}?`, 'Nobody can be asked here: use --yes.');
  if (!agreed) throw new ExitWith(EXIT.error, 'Nothing was decided.');
}

export function tellResult({ out }: Context, result: CommandAnswer): void {
  if (out.json) {
    out.value(result);
    return;
  }
  const { draftId, status, revision } = result;
  out.line(`${draftId}  ${styledStatus(out, status)}  revision ${revision}${leaving(result)}`);
}

/** When an approved draft goes: its time or the end of its hold, whichever is later. */
function leaving({ status, dueAt, holdUntil }: CommandAnswer): string {
  if (status !== 'scheduled') return '';
  if (dueAt === null) return ', held';
  const at = holdUntil !== null && holdUntil > dueAt ? holdUntil : dueAt;
  return Date.parse(at) <= Date.now() ? ', leaves now' : `, leaves ${when(at)}`;
}
