import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Core } from '../core.ts';
import { invalid } from '../errors.ts';
import type { MessageRecord } from '../state/records.ts';
import { isMbox, splitMbox } from './mbox.ts';
import { receiveRaw } from './receive.ts';

/**
 * Takes in an `.eml` file or a mailbox in mbox format, or all `.eml` and `.mbox` files of a folder in the order of their
 * names, dated by their Date headers.
 * @param path a file or a folder on the emulator's machine
 * @throws ApiError 400 when it cannot be read
 */
export async function importMail(core: Core, inboxId: string, path: string): Promise<MessageRecord[]> {
  const messages: MessageRecord[] = [];
  // One after the other: a reply finds its thread only when the mail it answers is already there.
  for (const file of readable(path, () => filesAt(path))) {
    const bytes = readable(file, () => new Uint8Array(readFileSync(file)));
    for (const raw of isMbox(bytes) ? splitMbox(bytes) : [bytes]) {
      messages.push(await receiveRaw(core, inboxId, raw, { timestamp: 'header' }));
    }
  }
  return messages;
}

function filesAt(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  const names = readdirSync(path).filter((name) => /\.(eml|mbox)$/i.test(name));
  return names.sort().map((name) => join(path, name));
}

function readable<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw invalid(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`, ['path']);
  }
}
