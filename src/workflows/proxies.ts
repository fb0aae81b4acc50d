import {
  type ActivityInterfaceFor,
  type LocalActivityInterfaceFor,
  proxyActivities,
  proxyLocalActivities,
} from '@temporalio/workflow';
import type { DraftActivities } from '../activities/types.ts';
import type { PlanStep } from '../domain/plan.ts';

type Local = LocalActivityInterfaceFor<DraftActivities>;
type Ordinary = ActivityInterfaceFor<DraftActivities>;

let previous: Promise<unknown> = Promise.resolve();

/**
 * Lets a draft's local activities run one after the other. Two at once, a handler's and the life's own, come back one by
 * one when they run but together when they are replayed; what waited for them would then go on in another order, and the
 * draft would be stuck on a nondeterminism error.
 */
function inTurn<Activities extends object>(activities: Activities): Activities {
  return new Proxy(activities, {
    get(target, name, receiver) {
      const activity: unknown = Reflect.get(target, name, receiver);
      if (typeof activity !== 'function') return activity;
      return (...args: unknown[]) => {
        const result = previous.then(() => activity(...args));
        previous = result.catch(() => undefined);
        return result;
      };
    },
  });
}

/**
 * Our own database and pure computation: idempotent, milliseconds. They are tried for as long as it takes, because
 * nothing may happen to a draft that its record does not tell.
 */
export const own: Pick<
  Local,
  'claimDraft' | 'planAgain' | 'generate' | 'render' | 'resolveDue' | 'inboxPolicy' | 'authorize' | 'record'
> = inTurn(
  proxyLocalActivities<DraftActivities>({
    startToCloseTimeout: '10s',
    retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '20s' },
    localRetryThreshold: '5s',
  }),
);

/**
 * One quick try of idempotent mail I/O within the workflow task: `client_id` and whole-content writes make a repeat
 * harmless. What does not succeed at once is left to `patient`.
 */
export const quick: Pick<Local, 'openDraft' | 'writeRevision' | 'captureRevision' | 'discardDraft' | 'oversee'> =
  inTurn(proxyLocalActivities<DraftActivities>({ startToCloseTimeout: '4s', retry: { maximumAttempts: 1 } }));

/**
 * Idempotent I/O, visible and tried for a day: a 30 MB attachment takes its time. Also the way of every write that
 * follows an Update: scheduling an ordinary activity ends the workflow task, which makes the Update durable first.
 */
export const patient: Pick<Ordinary, 'openDraft' | 'writeRevision' | 'captureRevision' | 'discardDraft'> =
  proxyActivities<DraftActivities>({
    startToCloseTimeout: '10m',
    heartbeatTimeout: '20s',
    scheduleToCloseTimeout: '1d',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '2m' },
  });

/** The record of an Update, after the Update itself is in history. For as long as it takes. */
export const kept: Pick<Ordinary, 'record'> = proxyActivities<DraftActivities>({
  startToCloseTimeout: '20s',
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '30s' },
});

/** Looks at a resting draft's circumstances: they may need AgentMail, and end when that cannot be asked for long. */
export const look: Pick<Ordinary, 'lookAgain' | 'oversee'> = proxyActivities<DraftActivities>({
  startToCloseTimeout: '1m',
  heartbeatTimeout: '20s',
  scheduleToCloseTimeout: '10m',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
});

/** Looking at AgentMail for a person who resolves a send: answers soon or not at all. */
export const lookup: Pick<Ordinary, 'prepareResolve'> = proxyActivities<DraftActivities>({
  startToCloseTimeout: '20s',
  scheduleToCloseTimeout: '1m',
});

/**
 * The irreversible one. Always an ordinary activity: scheduling it ends the workflow task, so the approval and the lock
 * are in history before a request can leave. A dead worker is noticed by its missing heartbeat; attempts have no end
 * of their own, evidence ends them.
 */
export const irreversible: Pick<Ordinary, 'sendDraft'> = proxyActivities<DraftActivities>({
  startToCloseTimeout: '90s',
  heartbeatTimeout: '10s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5m' },
});

/** A recipe's remote step: the plan says how long one attempt may take and how many there are. */
export function stepActivities(step: PlanStep): Pick<Ordinary, 'fetchSource' | 'generate'> {
  return proxyActivities<DraftActivities>({
    startToCloseTimeout: step.timeoutMs,
    retry: { maximumAttempts: step.maxAttempts, initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
    summary: `${step.kind} ${step.id}`,
  });
}
