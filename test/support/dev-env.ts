import { TestWorkflowEnvironment } from '@temporalio/testing';
import { SEARCH_ATTRIBUTE_TYPES } from '../../src/domain/search-attributes.ts';

/** Events after which this server suggests continue-as-new: soon, so that a test need not write thousands. */
export const SUGGEST_CONTINUE_AT = 120;

/** The real dev server in memory, eager to continue workflows as new. `await env.teardown()` when done. */
export function startEagerDevServer(temporalCliPath: string): Promise<TestWorkflowEnvironment> {
  const attributes = Object.entries(SEARCH_ATTRIBUTE_TYPES).flatMap(([name, type]) => [
    '--search-attribute',
    `${name}=${type}`,
  ]);
  const suggest = `limit.historyCount.suggestContinueAsNew=${SUGGEST_CONTINUE_AT}`;
  return TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: temporalCliPath },
      extraArgs: [...attributes, '--dynamic-config-value', suggest],
    },
  });
}
