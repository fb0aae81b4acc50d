import type { EmulatorClock } from './clock.ts';
import type { SendScheduler } from './drafts/scheduler.ts';
import type { Relay } from './relay/relay.ts';
import type { State } from './state/state.ts';
import type { Deliverer } from './webhooks/deliver.ts';
import type { EventSink } from './webhooks/events.ts';

/** What every room works on. */
export interface Core {
  readonly state: State;
  readonly clock: EmulatorClock;
  readonly events: EventSink;
  readonly scheduler: SendScheduler;
  readonly deliverer: Deliverer;
  readonly relay: Relay;
}

/** Who makes a request, as far as the emulator can tell. */
export interface Caller {
  apiKeyId?: string;
  name?: string;
  /** First characters of the presented token; enough to tell keys apart, too little to use. */
  prefix: string;
  /** Set when the key may only act in this inbox. */
  inboxId?: string;
  permissions?: Record<string, boolean>;
}
