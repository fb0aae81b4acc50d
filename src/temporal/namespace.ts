import { setTimeout as sleep } from 'node:timers/promises';
import { type ConnectionLike, isGrpcServiceError } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { SEARCH_ATTRIBUTE_TYPES } from '../domain/search-attributes.ts';

/** The set-up of a namespace that a person with more rights has to do; the message holds the commands. */
export class NamespaceSetupError extends Error {
  override name = 'NamespaceSetupError';
}

type OperatorConnection = Pick<ConnectionLike, 'operatorService'>;
type WorkflowConnection = Pick<ConnectionLike, 'workflowService'>;
type AttributeType = 'Keyword' | 'Int' | 'Datetime';

/** Temporal's `IndexedValueType` on the wire. */
const WIRE_TYPES: Record<AttributeType, number> = { Keyword: 2, Int: 3, Datetime: 6 };
const GRPC_ALREADY_EXISTS = 6;

/**
 * Registers the search attributes a namespace lacks, and waits until the server knows them.
 * @throws NamespaceSetupError with the exact commands where that is not permitted (Temporal Cloud, for one), or when a
 * name is taken with another type.
 */
export async function ensureSearchAttributes(connection: OperatorConnection, namespace: string): Promise<void> {
  const missing = await findMissing(connection, namespace);
  if (missing.length === 0) return;
  const searchAttributes = Object.fromEntries(missing.map(([name, type]) => [name, WIRE_TYPES[type]]));
  try {
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
  } catch (error) {
    // Two starting at once both add them: the other's are as good.
    if (!isGrpcServiceError(error) || error.code !== GRPC_ALREADY_EXISTS) throw notPermitted(namespace, missing, error);
  }
  await untilKnown(connection, namespace);
}

/** Keeps closed workflows at least `days`; a longer retention that is there already stays. */
export async function ensureRetention(connection: WorkflowConnection, namespace: string, days: number): Promise<void> {
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  const ttl = msToTs(days * 86_400_000);
  if (Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) >= Number(ttl.seconds)) return;
  await connection.workflowService.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl: ttl } });
}

async function findMissing(connection: OperatorConnection, namespace: string): Promise<[string, AttributeType][]> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace }).catch((error) => {
    throw notPermitted(namespace, Object.entries(SEARCH_ATTRIBUTE_TYPES), error);
  });
  const there = customAttributes ?? {};
  return Object.entries(SEARCH_ATTRIBUTE_TYPES).filter(([name, type]) => {
    const found = there[name];
    if (found !== undefined && found !== WIRE_TYPES[type]) {
      throw new NamespaceSetupError(
        `The search attribute ${name} of namespace ${namespace} exists with a type other than ${type}`,
      );
    }
    return found === undefined;
  });
}

/** Servers on a SQL database learn of new attributes with a delay. */
async function untilKnown(connection: OperatorConnection, namespace: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    if ((await findMissing(connection, namespace)).length === 0) return;
    await sleep(100);
  }
  throw new NamespaceSetupError(`Namespace ${namespace} still lacks the search attributes that were just registered`);
}

function notPermitted(namespace: string, missing: [string, AttributeType][], cause: unknown): NamespaceSetupError {
  const selfHosted = missing.map(
    ([name, type]) =>
      `  temporal operator search-attribute create --namespace ${namespace} --name ${name} --type ${type}`,
  );
  const pairs = missing.map(([name, type]) => `--search-attribute "${name}=${type}"`).join(' ');
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new NamespaceSetupError(
    [
      `The search attributes of namespace ${namespace} could not be registered (${reason}). Register them once, self-hosted with`,
      ...selfHosted,
      'or on Temporal Cloud with',
      `  tcld namespace search-attributes add --namespace ${namespace} ${pairs}`,
    ].join('\n'),
    { cause },
  );
}
