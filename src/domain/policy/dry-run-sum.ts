type Numbers<Key extends string> = Record<Key, number>;
type Counts = Numbers<'review' | 'auto' | 'monitor' | 'refuse'>;
type Unattended = Numbers<'drafts' | 'edited' | 'rejected' | 'changesRequested' | 'revoked' | 'touched'>;

/** One page of a dry run, or several added up. */
export interface DryRunPage {
  /** Drafts the filter names; null on later pages. */
  total: number | null;
  drafts: number;
  counts: Counts;
  byRule: { rule: string | null; counts: Counts }[];
  unattended: Unattended & { examples: string[] };
  nextCursor: string | null;
}

const MAX_EXAMPLES = 20;

/** The pages of one dry run added up; what is left to try is that of the later page. */
export function addDryRuns(sum: DryRunPage, page: DryRunPage): DryRunPage {
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
    unattended: { ...plus(before, numbers), examples: [...known, ...examples].slice(0, MAX_EXAMPLES) },
    nextCursor: page.nextCursor,
  };
}

function plus<K extends string>(one: Record<K, number>, other: Record<K, number>): Record<K, number> {
  const sum = { ...one };
  for (const key in other) sum[key] += other[key];
  return sum;
}
