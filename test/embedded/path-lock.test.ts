import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { tryLock } from '../../src/embedded/path-lock.ts';

const holderScript = fileURLToPath(new URL('./fixtures/hold-lock.ts', import.meta.url));

async function holdElsewhere(name: string) {
  const child = spawn(process.execPath, ['--import', 'tsx', holderScript, name], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

test('one holder at a time; released, it is free again', async () => {
  const name = randomUUID();
  const first = await tryLock(name);
  expect(await tryLock(name)).toEqual({ outcome: 'held', holder: process.pid });
  if (first.outcome === 'acquired') await first.lock.release();
  const second = await tryLock(name);
  expect(second.outcome).toBe('acquired');
  if (second.outcome === 'acquired') await second.lock.release();
});

test('of many at once exactly one gets it', async () => {
  const name = randomUUID();
  const attempts = await Promise.all(Array.from({ length: 20 }, () => tryLock(name)));
  const acquired = attempts.flatMap((attempt) => (attempt.outcome === 'acquired' ? [attempt.lock] : []));
  expect(acquired).toHaveLength(1);
  await acquired[0]?.release();
});

test('a kill −9 of the holder frees it at once', async () => {
  const name = randomUUID();
  const holder = await holdElsewhere(name);
  expect(await tryLock(name)).toEqual({ outcome: 'held', holder: holder.pid });
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const attempt = await tryLock(name);
  expect(attempt.outcome).toBe('acquired');
  if (attempt.outcome === 'acquired') await attempt.lock.release();
});
