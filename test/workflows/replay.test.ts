import { readdir, readFile } from 'node:fs/promises';
import { Worker } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { workflowBundle } from '../support/rig-worker.ts';
import { SCENARIOS } from '../support/scenarios.ts';

const folder = new URL('../histories/', import.meta.url);
const files = (await readdir(folder)).filter((name) => name.endsWith('.json'));

interface Recorded {
  workflowId: string;
  history: { events: { activityTaskScheduledEventAttributes?: { activityType: { name: string } } }[] };
}

async function* recorded(names: string[], change: (text: string) => string = (text) => text): AsyncGenerator<Recorded> {
  for (const name of names) {
    const history: unknown = JSON.parse(change(await readFile(new URL(name, folder), 'utf8')));
    if (history === null || typeof history !== 'object' || !('events' in history))
      throw new Error(`${name} is no history`);
    yield { workflowId: name, history: history as Recorded['history'] };
  }
}

async function replay(histories: AsyncGenerator<Recorded>): Promise<Map<string, Error | undefined>> {
  const results = new Map<string, Error | undefined>();
  for await (const { workflowId, error } of Worker.runReplayHistories(
    { workflowBundle: await workflowBundle() },
    histories,
  )) {
    results.set(workflowId, error);
  }
  return results;
}

describe('recorded histories', () => {
  it('are there for every path', () => {
    expect(files.length).toBeGreaterThanOrEqual(Object.keys(SCENARIOS).length);
    for (const name of Object.keys(SCENARIOS)) {
      expect(
        files.some((file) => file.startsWith(`${name}.v`)),
        name,
      ).toBe(true);
    }
    expect(files.some((file) => file.startsWith('continued-as-new.run2.v'))).toBe(true);
  });

  it('are replayed by the workflow code of today', async () => {
    const results = await replay(recorded(files));
    expect([...results.keys()].sort()).toEqual([...files].sort());
    for (const [name, error] of results) expect(error, name).toBeUndefined();
  });

  it('would not be, had the code gone another way', async () => {
    const [approved] = files.filter((name) => name.startsWith('approved.v'));
    const other = (text: string) => text.replaceAll('"sendDraft"', '"sendOther"');
    const results = await replay(recorded(approved ? [approved] : [], other));
    expect([...results.values()].map((error) => error?.name)).toEqual(['DeterminismViolationError']);
  });
});
