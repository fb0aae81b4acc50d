import { readdirSync, readFileSync } from 'node:fs';

/** User and system CPU seconds of a process and everything below it, so far (Linux). */
export function cpuSecondsOfTree(pid: number): number {
  const parents = new Map<number, { parent: number; ticks: number }>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0);
      parents.set(Number(entry), { parent: Number(fields[1]), ticks });
    } catch {
      // It ended while we looked.
    }
  }
  const inTree = (id: number): boolean => {
    for (let at: number | undefined = id; at && at > 1; at = parents.get(at)?.parent) if (at === pid) return true;
    return false;
  };
  let ticks = 0;
  for (const [id, { ticks: own }] of parents) if (inTree(id)) ticks += own;
  return ticks / 100;
}

export function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
