import { devNull } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { Keeper } from '../../bench/support/keeper.ts';
import { killPrograms, startProgram } from '../support/processes.ts';

afterEach(killPrograms);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('what a bench starts', () => {
  it('ends when the bench is killed with −9', async () => {
    const owner = startProgram('test/storm/fixtures/owner.ts', {});
    const [, gone = '', left = ''] = await owner.until(/pids (\d+) (\d+)/);
    expect(isAlive(Number(gone))).toBe(false);
    expect(isAlive(Number(left))).toBe(true);
    await owner.end('SIGKILL');
    await expect.poll(() => isAlive(Number(left)), { timeout: 5_000 }).toBe(false);
  });

  it('ends with it, and nothing is started afterwards', async () => {
    const keeper = new Keeper();
    const { pid } = keeper.start('sleep', ['600'], { logFile: devNull });
    expect(isAlive(pid)).toBe(true);
    await keeper.close();
    expect(isAlive(pid)).toBe(false);
    expect(() => keeper.start('sleep', ['600'], { logFile: devNull })).toThrow('not started any more');
  });
});
