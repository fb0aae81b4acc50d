import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { attachmentOf, type CreateDraft, type Draft } from '../../client/index.ts';
import { type Context, contextOf, type Io } from '../context.ts';
import { EXIT, ExitWith, UsageError } from '../exit.ts';
import { durationArgument, scheduleOf, scheduleOptions, withScheduleOptions } from '../schedule-options.ts';
import { styledStatus } from '../show-draft.ts';

const collect = (value: string, previous: string[] = []) => [...previous, value];
const options = scheduleOptions.extend({
  inbox: z.string(),
  to: z.array(z.string()).default([]),
  cc: z.array(z.string()).default([]),
  bcc: z.array(z.string()).default([]),
  replyTo: z.array(z.string()).default([]),
  subject: z.string().optional(),
  text: z.string().optional(),
  textFile: z.string().optional(),
  html: z.string().optional(),
  htmlFile: z.string().optional(),
  attach: z.array(z.string()).default([]),
  answer: z.string().optional(),
  answerAll: z.boolean().default(false),
  recipe: z.string().optional(),
  input: z.string().optional(),
  adopt: z.string().optional(),
  hold: z.number().optional(),
  reviewTimeout: z.number().optional(),
  requestId: z.string().optional(),
  wait: z.boolean().default(false),
});
type Options = z.infer<typeof options>;

export function addCompose(program: Command, io: Io): void {
  const command = program
    .command('compose')
    .description('ask for an email: from parts, by a recipe, or by adopting an AgentMail draft')
    .requiredOption('--inbox <inbox>', 'AgentMail inbox it leaves from')
    .option('--to <recipient>', 'recipient; repeat for more', collect)
    .option('--cc <recipient>', 'copy; repeat for more', collect)
    .option('--bcc <recipient>', 'blind copy; repeat for more', collect)
    .option('--reply-to <recipient>', 'where answers go', collect)
    .option('--subject <subject>')
    .option('--text <text>', 'text body; without any body it is read from standard input')
    .option('--text-file <file>', 'text body from a file, - for standard input')
    .option('--html <html>', 'HTML body')
    .option('--html-file <file>', 'HTML body from a file, - for standard input')
    .option('--attach <file>', 'attachment; repeat for more', collect)
    .option('--answer <message-id>', 'reply to this message of the inbox')
    .option('--answer-all', 'reply to all of its recipients')
    .option('--recipe <name>', 'compose by a recipe')
    .option('--input <file>', "the recipe's input as JSON, - for standard input")
    .option('--adopt <draft-id>', 'take over an existing AgentMail draft')
    .option('--hold <duration>', 'pause between approval and send, such as 10m', durationArgument)
    .option('--review-timeout <duration>', 'expires when nobody decides within this, such as 3d', durationArgument)
    .option('--request-id <id>', 'your id of this email: repeating the command with it makes no second one')
    .option('--wait', 'wait for the outcome');
  withScheduleOptions(command).action(async () => compose(contextOf(io, command), options.parse(command.opts())));
}

async function compose(context: Context, given: Options): Promise<void> {
  const { out } = context;
  const { inbox, hold, reviewTimeout } = given;
  const schedule = scheduleOf(given);
  const client = context.client('agent');
  const draft = await client.drafts.create({
    inbox,
    ...(await whatOf(context, given)),
    ...(schedule && { schedule }),
    ...(hold !== undefined && { holdMs: hold }),
    ...(reviewTimeout !== undefined && { reviewTimeoutMs: reviewTimeout }),
    requestId: given.requestId ?? randomUUID(),
  });
  if (!given.wait) return tell(context, draft);
  out.note(`${draft.id}: waiting for its outcome (Ctrl-C leaves it as it is)`);
  const outcome = await client.drafts.waitForOutcome(draft.id, { signal: context.io.signal });
  if (out.json) out.value(outcome);
  else
    out.line(`${draft.id}  ${styledStatus(out, outcome.status)}${outcome.messageId ? `  ${outcome.messageId}` : ''}`);
  if (outcome.status !== 'sent') throw new ExitWith(EXIT.refused);
}

function tell({ out }: Context, draft: Draft): void {
  if (out.json) out.value(draft);
  else out.line(`${draft.id}  ${styledStatus(out, draft.status)}`);
}

type What = Pick<CreateDraft, 'content' | 'recipe' | 'adopt'>;
async function whatOf(context: Context, given: Options): Promise<What> {
  const { recipe, adopt, input } = given;
  const parts = [...given.to, ...given.cc, ...given.bcc, ...given.attach];
  const ready = parts.length > 0 || [given.subject, given.text, given.html, given.answer].some((v) => v !== undefined);
  const ways = [recipe && '--recipe', adopt && '--adopt', ready && 'the parts of an email'].filter(Boolean);
  if (ways.length > 1) throw new UsageError(`Give one of ${ways.join(' and ')}, not both.`);
  if (input !== undefined && recipe === undefined) throw new UsageError('--input belongs to --recipe.');
  if (adopt !== undefined) return { adopt: { draftId: adopt } };
  if (recipe !== undefined) return { recipe: { name: recipe, input: await jsonInput(context, input) } };
  return { content: await contentOf(context, given) };
}

async function jsonInput(context: Context, file: string | undefined): Promise<unknown> {
  if (file === undefined) throw new UsageError('--recipe needs its --input <file> (JSON; - for standard input).');
  const text = await readInput(context, file);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`${file} is not valid JSON.`, { cause });
  }
}

async function contentOf(context: Context, given: Options): Promise<NonNullable<CreateDraft['content']>> {
  const { to, cc, bcc, replyTo, subject } = given;
  if (given.answerAll && given.answer === undefined) throw new UsageError('--answer-all belongs to --answer.');
  const html = given.htmlFile === undefined ? given.html : await readInput(context, given.htmlFile);
  const named = given.textFile === undefined ? given.text : await readInput(context, given.textFile);
  const piped = named === undefined && html === undefined && !context.io.stdinIsTerminal;
  const text = piped ? await context.io.readStdin() : named;
  if (text === undefined && html === undefined)
    throw new UsageError('The email has no body: give --text, --html or pipe it in.');
  return {
    ...{ to, cc, bcc, replyTo },
    ...(subject !== undefined && { subject }),
    ...(text !== undefined && { text }),
    ...(html !== undefined && { html }),
    attachments: await Promise.all(given.attach.map(readAttachment)),
    ...(given.answer !== undefined && { reply: { inReplyTo: given.answer, replyAll: given.answerAll } }),
  };
}

async function readInput({ io }: Context, file: string): Promise<string> {
  return file === '-' ? io.readStdin() : (await readFileOr(file)).toString('utf8');
}

const TYPES: Record<string, string> = {
  '.pdf': 'application/pdf',
  '.txt': 'text/plain',
  '.csv': 'text/csv',
  '.html': 'text/html',
  '.json': 'application/json',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.ics': 'text/calendar',
  '.zip': 'application/zip',
  '.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};
async function readAttachment(file: string) {
  return attachmentOf(basename(file), await readFileOr(file), TYPES[extname(file).toLowerCase()]);
}

async function readFileOr(file: string): Promise<Buffer> {
  return readFile(file).catch((cause) => {
    throw new UsageError(`${file} cannot be read: ${cause instanceof Error ? cause.message : cause}`, { cause });
  });
}
