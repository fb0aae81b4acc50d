import type { Io } from './context.ts';

const WIDTH = 24;
const CLEAR = '\r\u001b[K';

/** A line on the terminal that says how far it is; silent where nobody watches. */
export class Progress {
  readonly #io: Io;
  readonly #what: string;

  constructor(io: Io, what: string) {
    this.#io = io;
    this.#what = what;
  }

  /** `total` is unknown when 0. */
  show(done: number, total: number): void {
    if (!this.#io.interactive) return;
    const share = total === 0 ? 0 : Math.min(1, done / total);
    const filled = Math.round(share * WIDTH);
    const bar = total === 0 ? '' : `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${Math.floor(share * 100)}% `;
    this.#io.writeError(`${CLEAR}${bar}${done} ${this.#what}`);
  }

  end(): void {
    if (this.#io.interactive) this.#io.writeError(CLEAR);
  }
}
