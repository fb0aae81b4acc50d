import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { createEmulatorApp } from './app.ts';
import { type BaseClock, createClock, systemClock } from './clock.ts';
import { type Control, connectControl } from './control-client.ts';
import type { Core } from './core.ts';
import { createScheduler } from './drafts/scheduler.ts';
import { isLoopback } from './http/browsers.ts';
import { createRelay } from './relay/relay.ts';
import { parseRelay } from './relay/target.ts';
import { openState } from './state/state.ts';
import { createDeliverer } from './webhooks/deliver.ts';
import { createEventSink } from './webhooks/events.ts';

export type { BaseClock } from './clock.ts';
export * from './control-client.ts';

export interface EmulatorOptions {
  /** 0 (default) takes a free one. */
  port?: number;
  host?: string;
  /** Folder that keeps everything; in memory without it. */
  dataDir?: string;
  /** `host:port` of an SMTP server that gets a copy of all mail sent. */
  smtpRelay?: string;
  /** Base of the emulator's clock; the control plane's offset is added to it. */
  clock?: BaseClock;
}

export interface Emulator {
  /** Give this to an SDK as its base URL. */
  url: string;
  port: number;
  control: Control;
  close(): Promise<void>;
}

/** Starts a local AgentMail. Rejects with the listen error (`EADDRINUSE`, …) when the port cannot be had. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { port = 0, host = '127.0.0.1', dataDir, smtpRelay, clock = systemClock } = options;
  if (smtpRelay !== undefined && !parseRelay(smtpRelay)) {
    throw new TypeError(`"${smtpRelay}" names no relay: give host:port, like localhost:1025`);
  }
  const state = openState(dataDir);
  const emulatorClock = createClock(clock, () => state.settings.offsetMs);
  const deliverer = createDeliverer(state, emulatorClock);
  const relay = createRelay(state, emulatorClock, smtpRelay);
  const scheduler = createScheduler(() => core);
  const events = createEventSink(state, emulatorClock, () => deliverer.wake());
  const core: Core = { state, clock: emulatorClock, events, scheduler, deliverer, relay };
  const app = createEmulatorApp(core, { loopbackOnly: isLoopback(host) });
  const server = serve({ fetch: app.fetch, port, hostname: host });
  const stop = () => {
    scheduler.stop();
    deliverer.stop();
    relay.stop();
    state.close();
  };
  try {
    await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject));
  } catch (error) {
    stop();
    throw error;
  }
  // What a restart found under way: scheduled drafts, half-sent ones, undelivered events, mail not yet relayed.
  scheduler.wake();
  deliverer.wake();
  relay.wake();
  const bound = portOf(server.address()) ?? port;
  const url = `http://${host}:${bound}`;
  return {
    url,
    port: bound,
    control: connectControl(url),
    close: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        // Clients keep connections alive; without this close would wait for them.
        if ('closeAllConnections' in server) server.closeAllConnections();
      });
      stop();
    },
  };
}

function portOf(address: string | AddressInfo | null): number | undefined {
  return address !== null && typeof address === 'object' ? address.port : undefined;
}
