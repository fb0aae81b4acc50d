/** One recorded step of a recipe's plan, as far as it may enter workflow history; the plan itself is in the store. */
export interface PlanStep {
  id: string;
  kind: 'source' | 'generate' | 'render' | 'check';
  /** Time-out of one attempt in ms. */
  timeoutMs: number;
  maxAttempts: number;
  /** A model's call: slow and paid for, so it is an ordinary activity. */
  costly?: boolean;
}
