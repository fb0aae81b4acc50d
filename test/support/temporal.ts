import { TestWorkflowEnvironment } from '@temporalio/testing';
import { inject } from 'vitest';
import { SEARCH_ATTRIBUTE_TYPES } from '../../src/domain/search-attributes.ts';

export function temporalCliPath(): string {
  return inject('temporalCliPath');
}

export function testServerPath(): string {
  return inject('testServerPath');
}

/** An environment whose timers are skipped while a result is awaited. `await env.teardown()` when done. */
export async function createTimeSkippingEnv(): Promise<TestWorkflowEnvironment> {
  const env = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: testServerPath() } },
  });
  // This server adds attributes but cannot list them, so the product's own set-up does not work here.
  const types = { Keyword: 2, Int: 3, Datetime: 6 } as const;
  const attributes = Object.entries(SEARCH_ATTRIBUTE_TYPES).map(([name, type]) => [name, types[type]]);
  await env.connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(attributes),
  });
  return env;
}

/**
 * The real dev server on a free port, with our search attributes: in memory, or on a file that outlives it.
 * `await env.teardown()` when done.
 */
export function startDevServer(options: { dbFilename?: string } = {}): Promise<TestWorkflowEnvironment> {
  const attributes = Object.entries(SEARCH_ATTRIBUTE_TYPES).flatMap(([name, type]) => [
    '--search-attribute',
    `${name}=${type}`,
  ]);
  const pragmas = options.dbFilename
    ? ['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=normal']
    : [];
  return TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: temporalCliPath() },
      dbFilename: options.dbFilename,
      extraArgs: [...attributes, ...pragmas],
    },
  });
}
