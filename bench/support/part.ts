import { setTimeout as sleep } from 'node:timers/promises';
import type { Keeper, Kept } from './keeper.ts';

export interface PartOptions {
  name: string;
  keeper: Keeper;
  launch(): Kept;
  /** Throws while it is not ready. */
  probe(): Promise<unknown>;
  readyTimeoutMs?: number;
}

/** How soon a supervisor would start it again after it ended by itself. */
const RESTART_PAUSE_MS = 1_000;

/** A process of the system under test: killed and started at will, started again when it ends unasked. */
export class Part {
  readonly name: string;
  readonly #options: PartOptions;
  #kept: Kept | undefined;
  #wanted = false;
  /** Times it ended by itself, as a part does whose neighbour is down when it starts. */
  ownEnds = 0;

  constructor(options: PartOptions) {
    this.#options = options;
    this.name = options.name;
  }

  get pid(): number {
    return this.#kept?.pid ?? 0;
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    const { keeper } = this.#options;
    if (keeper.closed) return;
    this.#wanted = true;
    if (!this.#kept) this.#launch();
    const deadline = Date.now() + (this.#options.readyTimeoutMs ?? 120_000);
    for (;;) {
      try {
        await this.#options.probe();
        return;
      } catch (error) {
        if (!this.#wanted || keeper.closed) return;
        if (Date.now() > deadline) throw new Error(`${this.name} is not ready: see its log`, { cause: error });
        await sleep(100);
      }
    }
  }

  /** kill −9; stays down until `start`. */
  async kill(): Promise<void> {
    this.#wanted = false;
    await this.#kept?.kill();
  }

  #launch(): void {
    const kept = this.#options.launch();
    this.#kept = kept;
    void kept.ended.then(async () => {
      if (this.#kept === kept) this.#kept = undefined;
      if (!this.#wanted || this.#options.keeper.closed) return;
      this.ownEnds += 1;
      await sleep(RESTART_PAUSE_MS);
      if (this.#wanted && !this.#kept && !this.#options.keeper.closed) this.#launch();
    });
  }
}
