import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const FILE = 'journal.ndjson';

const lineSchema = z.array(z.object({ c: z.string(), i: z.string(), v: z.unknown().optional() }));
export type JournalLine = z.infer<typeof lineSchema>;

/** Where commits go before they are answered. */
export interface Journal {
  append(line: JournalLine): void;
  /** Replaces everything written so far by these lines. */
  rewrite(lines: Iterable<JournalLine>): void;
  close(): void;
}

export const memoryJournal: Journal = { append: () => {}, rewrite: () => {}, close: () => {} };

/** Lines of the journal in `dir`. A torn last line (killed while writing, so never answered) is dropped. */
export function readJournal(dir: string): JournalLine[] {
  const path = join(dir, FILE);
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  lines.pop();
  return lines.map((line, index) => {
    try {
      return lineSchema.parse(JSON.parse(line));
    } catch (cause) {
      throw new Error(`line ${index + 1} of ${path} is damaged: restore the file or start with another folder`, {
        cause,
      });
    }
  });
}

export function openJournal(dir: string): Journal {
  const path = join(dir, FILE);
  let fd = openSync(path, 'a');
  return {
    // A synchronous write reaches the kernel before the response leaves: it survives a kill −9 of the process.
    append: (line) => writeAll(fd, `${JSON.stringify(line)}\n`),
    rewrite: (lines) => {
      const next = `${path}.next`;
      const nextFd = openSync(next, 'w');
      for (const line of lines) writeAll(nextFd, `${JSON.stringify(line)}\n`);
      fsyncSync(nextFd);
      closeSync(nextFd);
      closeSync(fd);
      renameSync(next, path);
      fd = openSync(path, 'a');
    },
    close: () => closeSync(fd),
  };
}

function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
}
