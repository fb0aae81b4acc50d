import type { Logger } from '../log.ts';

/** What has to be undone, in reverse order of being done, whatever of it fails. */
export class Teardown {
  private readonly steps: { name: string; undo: () => Promise<void> | void }[] = [];
  private readonly log: Logger;
  private running: Promise<void> | undefined;

  constructor(log: Logger) {
    this.log = log;
  }

  add(name: string, undo: () => Promise<void> | void): void {
    this.steps.push({ name, undo });
  }

  /** Idempotent: a second caller waits for the first. */
  run(): Promise<void> {
    this.running ??= this.undoAll();
    return this.running;
  }

  private async undoAll(): Promise<void> {
    for (const { name, undo } of this.steps.reverse()) {
      try {
        await undo();
      } catch (error) {
        this.log.error({ err: error, step: name }, 'stopping failed');
      }
    }
  }
}
