import type { Command } from 'commander';
import { z } from 'zod';
import { Countersign } from '../client/index.ts';
import { type Access, accessOf, type CliEnvironment, KEY_NAMES, type KeyName } from './environment.ts';
import { UsageError } from './exit.ts';
import { Output, type Terminal } from './output.ts';

/** What a run of the command line stands on; a test gives its own. */
export interface Io extends Terminal {
  env: CliEnvironment;
  /** Whether a person can be asked. */
  interactive: boolean;
  /** All of standard input. */
  readStdin(): Promise<string>;
  stdinIsTerminal: boolean;
  /** Asks a person; the answer without its line break. */
  prompt(question: string): Promise<string>;
  /** Opens a file in the person's editor and waits. Rejects when the editor fails. */
  openEditor(file: string): Promise<void>;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
  fetch?: typeof fetch;
}

const globals = z.object({
  url: z.string().optional(),
  as: z.enum(KEY_NAMES).optional(),
  json: z.boolean().default(false),
});

/** One command's surroundings. */
export interface Context {
  io: Io;
  out: Output;
  /** A client with the key named by --as, else the configured one, else the one this command is usually done with. */
  client(usual: KeyName): Countersign;
  /** The server and the key that `client` would use. */
  access(usual: KeyName): Access;
}

export function contextOf(io: Io, command: Command): Context {
  const options = globals.parse(command.optsWithGlobals());
  const access = (usual: KeyName) => accessOf(io.env, options, usual);
  return {
    io,
    out: new Output(io, options.json),
    access,
    client(usual) {
      const { url, apiKey } = access(usual);
      return new Countersign({ baseUrl: url, apiKey, fetch: io.fetch });
    },
  };
}

/** Asks yes or no; no person to ask is a no with an explanation. */
export async function confirm({ io }: Context, question: string, otherwise: string): Promise<boolean> {
  if (!io.interactive) throw new UsageError(otherwise);
  return /^y(es)?$/i.test((await io.prompt(`${question} [y/N] `)).trim());
}
