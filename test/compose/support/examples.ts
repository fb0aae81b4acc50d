import { readdirSync, readFileSync } from 'node:fs';
import { simpleParser } from 'mailparser';
import type { ThreadMessage } from '../../../src/compose/index.ts';
import { type RecipePlan, sourceSteps } from '../../../src/compose/index.ts';
import { message } from './messages.ts';

const root = new URL('../../../examples/', import.meta.url);

export const exampleBytes = (path: string): Buffer => readFileSync(new URL(path, root));
export const exampleJson = (path: string): unknown => JSON.parse(exampleBytes(path).toString('utf8'));
export const exampleThreads = (): string[] =>
  readdirSync(new URL('threads/', root))
    .filter((name) => name.endsWith('.eml'))
    .sort();

/** An example mail as AgentMail would show it: parsed by a real parser, HTML only where there is no text part. */
export async function exampleMessage(name: string): Promise<ThreadMessage> {
  const mail = await simpleParser(exampleBytes(`threads/${name}`), { skipHtmlToText: true });
  const to = Array.isArray(mail.to) ? mail.to : mail.to ? [mail.to] : [];
  return message({
    messageId: mail.messageId ?? '',
    from: mail.from?.text ?? '',
    to: to.flatMap((one) => one.text),
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    html: mail.html || '',
    attachments: mail.attachments.map((one, index) => ({
      attachmentId: `a${index}`,
      size: one.size,
      filename: one.filename ?? null,
      contentType: one.contentType,
    })),
    timestampMs: mail.date?.getTime() ?? 0,
  });
}

/** The data of a plan's inline sources by step id. */
export function inlineSources(plan: RecipePlan): Record<string, unknown> {
  return Object.fromEntries(
    sourceSteps(plan).flatMap(({ id, source }) => (source.type === 'inline' ? [[id, source.data]] : [])),
  );
}
