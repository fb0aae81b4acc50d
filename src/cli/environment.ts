import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Environment } from '../config.ts';
import { credentialsSchema } from '../embedded/credentials.ts';
import { credentialsFileIn } from '../embedded/data-dir.ts';
import { UsageError } from './exit.ts';

export const KEY_NAMES = ['agent', 'reviewer', 'operator'] as const;
export type KeyName = (typeof KEY_NAMES)[number];

const schema = z.object({
  COUNTERSIGN_URL: z.string().optional(),
  COUNTERSIGN_API_KEY: z.string().optional(),
  COUNTERSIGN_DATA_DIR: z.string().default('.countersign'),
  AGENTMAIL_API_KEY: z.string().optional(),
  AGENTMAIL_BASE_URL: z.string().optional(),
  VISUAL: z.string().optional(),
  EDITOR: z.string().optional(),
  /** Width for what is not a terminal, such as a pager. */
  COLUMNS: z.coerce.number().int().min(20).max(1_000).optional().catch(undefined),
  NO_COLOR: z.string().optional(),
  TERM: z.string().optional(),
});
export type CliEnvironment = z.infer<typeof schema>;

/** The variables the command line reads; empty ones count as unset. */
export function readEnvironment(environment: Environment): CliEnvironment {
  return schema.parse(Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== '')));
}

export interface Access {
  url: string;
  apiKey: string;
}

/**
 * Which server, and which key. A key from the data folder goes to the server that folder belongs to and to no other.
 * @throws UsageError saying what to set
 */
export function accessOf(env: CliEnvironment, options: { url?: string; as?: KeyName }, defaultKey: KeyName): Access {
  const url = options.url ?? env.COUNTERSIGN_URL;
  const { COUNTERSIGN_API_KEY: apiKey } = env;
  if (apiKey !== undefined && options.as === undefined && url !== undefined) return { url, apiKey };
  const file = credentialsFileIn(env.COUNTERSIGN_DATA_DIR);
  const credentials = readCredentials(file);
  if (credentials === null) {
    if (apiKey !== undefined && url === undefined)
      throw new UsageError('Set COUNTERSIGN_URL to the address of the server.');
    const missing = url === undefined ? 'No server is known' : `There is no API key for ${url}`;
    const help = 'set COUNTERSIGN_URL and COUNTERSIGN_API_KEY, or run this beside the data folder of `npm start`';
    throw new UsageError(`${missing}: ${help} (${file} is not there).`);
  }
  if (apiKey !== undefined && options.as === undefined) return { url: credentials.url, apiKey };
  if (url !== undefined && url.replace(/\/+$/, '') !== credentials.url.replace(/\/+$/, '')) {
    throw new UsageError(`The keys in ${file} are for ${credentials.url}, not for ${url}: set COUNTERSIGN_API_KEY.`);
  }
  return { url: credentials.url, apiKey: credentials.keys[options.as ?? defaultKey] };
}

function readCredentials(file: string) {
  if (!existsSync(file)) return null;
  try {
    return credentialsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new UsageError(`${file} cannot be read as credentials; start the server again to have it rewritten.`, {
      cause,
    });
  }
}
