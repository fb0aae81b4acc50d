import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { MIN_SECRET_LENGTH } from '../domain/opt-out.ts';
import { readJson, writePrivateJson } from './files.ts';

const schema = z.object({
  /** Signs links for recipients. */
  secret: z.string().min(MIN_SECRET_LENGTH),
  /** Of the webhook this system registered, the newest first. */
  webhooks: z.array(z.string()).default([]),
});
export type EmbeddedSecrets = z.infer<typeof schema>;

/** `secrets.json` of the data folder, for its owner alone: made on the first start, the same ever after. */
export async function ensureSecrets(file: string): Promise<EmbeddedSecrets> {
  const stored = schema.safeParse(await readJson(file));
  if (stored.success) return stored.data;
  const made = { secret: randomBytes(32).toString('base64url'), webhooks: [] };
  await writePrivateJson(file, made);
  return made;
}

/** Keeps the secrets of our webhook, so that events are believed from the next start's first moment. */
export async function keepWebhookSecrets(file: string, webhooks: readonly string[]): Promise<void> {
  const { secret } = await ensureSecrets(file);
  await writePrivateJson(file, { secret, webhooks: [...webhooks] });
}
