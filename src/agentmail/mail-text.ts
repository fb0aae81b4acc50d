import { bareAddress } from '../domain/content.ts';

/** A body without the differences that storing and transport may make: line endings, and white space at line and text ends. */
export function normalBody(body: string): string {
  const lines = body.replace(/\r\n?/g, '\n').split('\n').map(withoutTrailingBlanks);
  let end = lines.length;
  while (end > 0 && lines[end - 1] === '') end -= 1;
  return lines.slice(0, end).join('\n');
}

/** By hand: a regular expression takes quadratic time on megabytes of blanks, which is a mail anybody can write. */
function withoutTrailingBlanks(line: string): string {
  let end = line.length;
  while (end > 0 && (line[end - 1] === ' ' || line[end - 1] === '\t')) end -= 1;
  return line.slice(0, end);
}

/** A subject as header folding may return it. */
export function normalSubject(subject: string): string {
  return subject.replace(/[ \t\r\n]+/g, ' ').trim();
}

/** One key for all ways to write the same recipient: `Name <user@host>`, quoted name, case of the address. */
export function recipientKey(recipient: string): string {
  const address = bareAddress(recipient);
  if (address === null) return recipient.trim();
  const angle = recipient.lastIndexOf('<');
  const name = angle < 0 ? '' : unquoted(recipient.slice(0, angle).trim());
  return JSON.stringify([name, address]);
}

function unquoted(name: string): string {
  const quoted = /^"(.*)"$/s.exec(name);
  const plain = quoted?.[1] === undefined ? name : quoted[1].replace(/\\(.)/g, '$1');
  return plain.replace(/\s+/g, ' ').trim();
}

/** Whether both lists name the same recipients as often; their order says nothing to a reader. */
export function sameRecipients(one: string[], other: string[]): boolean {
  return sorted(one) === sorted(other);
}

const sorted = (recipients: string[]) => JSON.stringify(recipients.map(recipientKey).sort());
