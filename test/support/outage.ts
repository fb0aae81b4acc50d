import type { MailProvider } from '../../src/agentmail/port.ts';
import type { Rig } from './rig.ts';

export interface Outage {
  endsAtMs: number;
  /** Requests it has struck. */
  strikes(): Promise<number>;
}

/** From now on, for `lastsMs` by AgentMail's clock, every request to it is reset. */
export async function outageOf(rig: Rig, lastsMs: number): Promise<Outage> {
  const fromMs = rig.clock.now();
  const endsAtMs = fromMs + lastsMs;
  const { control } = rig.emulator;
  const { id } = await control.addFault({
    kind: 'reset_before',
    route: '* /v0/**',
    during: { fromMs, toMs: endsAtMs },
  });
  return {
    endsAtMs,
    strikes: async () => (await control.faults()).find((fault) => fault.id === id)?.hits ?? 0,
  };
}

/** Starts an outage at the moment a send fails, before anybody can ask what became of it. */
export class AgentMailDown {
  #begin: (() => Promise<void>) | undefined;

  /** Resolves with what `begin` answered once the next failing send called it. */
  next<T>(begin: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#begin = () => begin().then(resolve, reject);
    });
  }

  after(mail: MailProvider): MailProvider {
    return {
      ...mail,
      sendDraft: async (...args) => {
        try {
          return await mail.sendDraft(...args);
        } catch (error) {
          const begin = this.#begin;
          this.#begin = undefined;
          await begin?.();
          throw error;
        }
      },
    };
  }
}
