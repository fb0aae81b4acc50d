import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type Config, ConfigError } from '../config.ts';
import { jsonDigest } from '../domain/digest.ts';
import { type Policy, policySchema } from '../domain/policy/schema.ts';
import type { Logger } from '../log.ts';
import type { Store } from '../store/index.ts';

/**
 * Keeps the rules of the configured file as a version that decides from now on, unless they were ever kept before: what
 * was changed since, in the desk or by the API, outlives a restart.
 * @throws ConfigError naming COUNTERSIGN_POLICY_FILE and every fault
 */
export async function loadPolicyFile({ policyFile }: Config, store: Store, log: Logger): Promise<void> {
  if (policyFile === undefined) return;
  const policy = await readPolicyFile(policyFile);
  const made = {
    policy,
    digest: jsonDigest(policy),
    comment: null,
    by: 'system',
    source: 'file',
    atMs: Date.now(),
  } as const;
  const { kind, ...rest } = await store.addPolicy({ ...made, onlyNew: true });
  if (kind === 'added') log.info({ file: policyFile, ...rest }, 'the policy file decides from now on');
}

async function readPolicyFile(file: string): Promise<Policy> {
  const fail = (reason: string, cause?: unknown) =>
    new ConfigError(`COUNTERSIGN_POLICY_FILE: ${file} ${reason}`, { cause });
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw fail('cannot be read', error);
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw fail('is not valid JSON', error);
  }
  const parsed = policySchema.safeParse(json);
  if (!parsed.success) throw fail(`is not usable: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
