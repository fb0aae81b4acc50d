import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { LocalUser } from '../accounts/index.ts';
import { type ApiKey, apiKeysSchema, hashApiKey } from '../config-keys.ts';
import type { DataDir } from './data-dir.ts';
import { readJson, writePrivateJson } from './files.ts';

/** `credentials.json`: how programs of this machine's user reach the embedded system. Keys are bearer tokens. */
export const credentialsSchema = z.object({
  url: z.string(),
  keys: z.object({ agent: z.string(), reviewer: z.string(), operator: z.string() }),
});
export type Credentials = z.infer<typeof credentialsSchema>;

type LocalKey = Omit<ApiKey, 'sha256'> & { credential: keyof Credentials['keys'] };
const LOCAL_KEYS: LocalKey[] = [
  { credential: 'agent', id: 'local-agent', name: 'Local agent', roles: ['agent'] },
  { credential: 'reviewer', id: 'local-reviewer', name: 'Local reviewer', roles: ['reviewer', 'operator'] },
  { credential: 'operator', id: 'local-operator', name: 'Local operator', roles: ['operator', 'admin'] },
];

/**
 * The embedded system's keys: made on the first start, the same ever after. Writes where the system now is into
 * `credentials.json`. Keys that a person added to `keys.json` are kept.
 */
export async function ensureCredentials(
  files: Pick<DataDir, 'keysFile' | 'credentialsFile'>,
  url: string,
): Promise<{ credentials: Credentials; keys: ApiKey[] }> {
  const stored = credentialsSchema.safeParse(await readJson(files.credentialsFile));
  const keys = stored.success ? stored.data.keys : { agent: newKey(), reviewer: newKey(), operator: newKey() };
  const credentials = { url, keys };
  const local = LOCAL_KEYS.map(({ credential, ...key }) => ({ ...key, sha256: hashApiKey(keys[credential]) }));
  const known = apiKeysSchema.parse((await readJson(files.keysFile)) ?? []);
  const added = known.filter((key) => local.every(({ id }) => id !== key.id));
  await writePrivateJson(files.credentialsFile, credentials);
  await writePrivateJson(files.keysFile, [...local, ...added]);
  return { credentials, keys: [...local, ...added] };
}

/** Whoever may read the data folder: the same person by key and by session, which is how the desk is used. */
export function localUserOf({ keys }: Credentials): LocalUser {
  return {
    ...{ userId: 'local-reviewer', name: 'Local reviewer', email: 'local-reviewer@countersign.localhost' },
    roles: ['reviewer', 'operator', 'admin'],
    keySha256: hashApiKey(keys.reviewer),
  };
}

function newKey(): string {
  return `cs_${randomBytes(24).toString('base64url')}`;
}
