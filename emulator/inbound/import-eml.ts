import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Core } from '../core.ts';
import type { MessageRecord } from '../state/records.ts';
import { receiveRaw } from './receive.ts';

/**
 * Takes in an `.eml` file, or all of a folder in the order of their names, dated by their Date headers.
 * @param path a file or a folder on the emulator's machine
 */
export async function importEml(core: Core, inboxId: string, path: string): Promise<MessageRecord[]> {
  const files = statSync(path).isDirectory()
    ? readdirSync(path)
        .filter((name) => name.toLowerCase().endsWith('.eml'))
        .sort()
        .map((name) => join(path, name))
    : [path];
  const messages: MessageRecord[] = [];
  // One after the other: a reply finds its thread only when the mail it answers is already there.
  for (const file of files) {
    messages.push(await receiveRaw(core, inboxId, new Uint8Array(readFileSync(file)), { timestamp: 'header' }));
  }
  return messages;
}
