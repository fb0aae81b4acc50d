import { Command, CommanderError, Option } from 'commander';
import { ZodError } from 'zod';
import { CountersignError } from '../client/index.ts';
import { addAlerts } from './commands/alerts.ts';
import { addAway } from './commands/away.ts';
import { addBatch } from './commands/batch.ts';
import { addChanges } from './commands/change.ts';
import { addCompose } from './commands/compose.ts';
import { addDecisions } from './commands/decide.ts';
import { addDesk } from './commands/desk.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEdit } from './commands/edit.ts';
import { addEmulator } from './commands/emulator.ts';
import { addFleet } from './commands/fleet.ts';
import { addImportTable } from './commands/import-table.ts';
import { addKeys } from './commands/keys.ts';
import { addLimits } from './commands/limits.ts';
import { addNotifications } from './commands/notifications.ts';
import { addPauses } from './commands/pauses.ts';
import { addPolicy } from './commands/policy.ts';
import { addReading } from './commands/read.ts';
import { addRecipients } from './commands/recipients.ts';
import { addInbox } from './commands/settings.ts';
import { addSuppressions } from './commands/suppressions.ts';
import { addUsers } from './commands/users.ts';
import { addWatch } from './commands/watch.ts';
import type { Io } from './context.ts';
import { KEY_NAMES } from './environment.ts';
import { EXIT, type ExitCode, exitCodeOf } from './exit.ts';
import { safeJson, safeText } from './text.ts';

/** Runs one command line (without the program's own name) and answers its exit code. */
export async function run(argv: readonly string[], io: Io, version: string): Promise<ExitCode> {
  const program = buildProgram(io, version);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (io.signal.aborted) return EXIT.ok;
    tellError(io, error, argv.includes('--json'));
    return error instanceof ZodError ? EXIT.usage : exitCodeOf(error);
  }
}

function buildProgram(io: Io, version: string): Command {
  const program = new Command('countersign')
    .description("Review, approve and follow agents' emails.")
    .version(version)
    .option('--url <url>', 'address of the server (COUNTERSIGN_URL)')
    .addOption(new Option('--as <key>', 'which key of the data folder to use').choices(KEY_NAMES))
    .option('--json', 'answer in JSON')
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.write(text), writeErr: (text) => io.writeError(text) })
    .showHelpAfterError('(--help tells more)')
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 error, 2 wrong usage, 3 refused, 4 not found, 5 not reachable or not in time.',
    );
  addCompose(program, io);
  addBatch(program, io);
  addFleet(program, io);
  addReading(program, io);
  addDecisions(program, io);
  addEdit(program, io);
  addChanges(program, io);
  addWatch(program, io);
  addSuppressions(program, io);
  addRecipients(program, io);
  addInbox(program, io);
  addPolicy(program, io);
  addAlerts(program, io);
  addImportTable(program, io);
  addLimits(program, io);
  addPauses(program, io);
  addNotifications(program, io);
  addUsers(program, io);
  addAway(program, io);
  addKeys(program, io);
  addEmulator(program, io);
  addDesk(program, io);
  addDoctor(program, io);
  return program;
}

function tellError(io: Io, error: unknown, json: boolean): void {
  const message = messageOf(error);
  if (message === '') return;
  if (json && error instanceof CountersignError) {
    const { code, status, problem } = error;
    io.writeError(`${safeJson(problem ?? { code, status, message }, 2)}\n`);
    return;
  }
  io.writeError(`countersign: ${safeText(message)}\n`);
  const current = error instanceof CountersignError ? error.problem?.current : undefined;
  if (current) io.writeError(`It is ${current.status} now, revision ${current.revision}.\n`);
}

function messageOf(error: unknown): string {
  if (error instanceof ZodError) return error.issues.map(({ message }) => message).join('; ');
  return error instanceof Error ? error.message : String(error);
}
