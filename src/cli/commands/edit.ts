import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import type { ContentChanges } from '../../client/index.ts';
import { type Context, contextOf, type Io } from '../context.ts';
import { changesOf, toEditFile } from '../edit-file.ts';
import { EXIT, ExitWith, UsageError } from '../exit.ts';
import { tellResult } from './decide.ts';

const options = z.object({ comment: z.string().optional(), file: z.string().optional() });

export function addEdit(program: Command, io: Io): void {
  const command = program
    .command('edit <id>')
    .description('write a new revision in your $EDITOR; with --as agent, as the agent that asked')
    .option('--comment <text>', 'what you changed, and why')
    .option('--file <file>', 'take the edited text from here: what a refused edit left behind')
    .action(async (id: string) => edit(contextOf(io, command), id, options.parse(command.opts())));
}

async function edit(context: Context, id: string, given: z.infer<typeof options>): Promise<void> {
  const client = context.client('reviewer');
  const [draft, me] = await Promise.all([client.drafts.get(id), client.me()]);
  const base = draft.current;
  if (base === null) throw new ExitWith(EXIT.refused, 'There is no revision to edit yet; it is being composed.');
  if (given.file === undefined && !context.io.interactive) {
    throw new UsageError('An editor needs a terminal; give the edited text with --file <file>.');
  }
  const file = given.file ?? (await writeTemporary(toEditFile(id, base)));
  try {
    if (given.file === undefined) await context.io.openEditor(file);
    const changes: ContentChanges | null = changesOf(await readFile(file, 'utf8'), base);
    if (changes === null) {
      context.out.note('Nothing was changed.');
    } else {
      const input = { baseRevision: base.revision, content: changes, comment: given.comment };
      const { drafts } = client;
      tellResult(context, await (me.kind === 'agent' ? drafts.revise(id, input) : drafts.edit(id, input)));
    }
  } catch (error) {
    // Somebody's words are not thrown away because a server said no.
    context.out.note(`Your text is kept in ${file}; use it with --file once the reason is mended.`);
    throw error;
  }
  if (given.file === undefined) await rm(dirname(file), { recursive: true, force: true });
}

async function writeTemporary(text: string): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'countersign-edit-')), 'email.txt');
  await writeFile(file, text, { mode: 0o600 });
  return file;
}
