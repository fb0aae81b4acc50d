import { expect, test } from 'vitest';
import { connectClient } from '../../src/temporal/connection.ts';
import { startDevServer } from '../support/temporal.ts';

test('a call that waits for its next try when the connection is closed fails, and takes nothing down', async () => {
  const server = await startDevServer();
  const target = { connection: { address: server.address }, namespace: 'default' };
  const client = await connectClient(target);
  await server.teardown();
  const outcome = client.workflow.getHandle('any').describe();
  const failed = expect(outcome).rejects.toThrow();
  // It has been refused once and waits: the first pause is some 100 ms, the later ones longer.
  await new Promise((resolve) => setTimeout(resolve, 500));
  await client.connection.close();
  await failed;
});
