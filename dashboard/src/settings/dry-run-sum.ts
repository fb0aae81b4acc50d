import type { DryRun } from '../../../src/api/schemas/index.ts';

const MOST_EXAMPLES = 20;

/** The pages of one dry run added up; what is left to try is that of the later page. */
export function addDryRuns(sum: DryRun, page: DryRun): DryRun {
  const { examples, ...numbers } = page.unattended;
  const { examples: known, ...before } = sum.unattended;
  return {
    total: sum.total,
    drafts: sum.drafts + page.drafts,
    counts: plus(sum.counts, page.counts),
    byRule: sum.byRule.map(({ rule, counts }) => {
      const more = page.byRule.find((line) => line.rule === rule);
      return { rule, counts: more ? plus(counts, more.counts) : counts };
    }),
    unattended: { ...plus(before, numbers), examples: [...known, ...examples].slice(0, MOST_EXAMPLES) },
    nextCursor: page.nextCursor,
  };
}

function plus<K extends string>(one: Record<K, number>, other: Record<K, number>): Record<K, number> {
  const sum = { ...one };
  for (const key in other) sum[key] += other[key];
  return sum;
}
