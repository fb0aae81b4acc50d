import type { Policy } from './schema.ts';
import { type LeafCondition, leavesOf } from './schema.ts';

/** What costs something to find out: looked up only where a rule asks for it. */
export const LOOKUPS = [
  'recipients',
  'suppressed',
  'bounced',
  'firstContact',
  'amounts',
  'changedFromComposed',
  'changedFromFirst',
  'writtenBy',
  'model',
  'answeredVerdict',
] as const;
export type Lookup = (typeof LOOKUPS)[number];
export type Lookups = ReadonlySet<Lookup>;

/** All that rules look at: counts, kinds and domains, never words. A lookup nobody asked for is undefined. */
export interface PolicyFacts {
  /** When it is decided, epoch ms. */
  atMs: number;
  inboxId: string;
  category: string | null;
  recipe: string | null;
  source: 'recipe' | 'content' | 'adopted';
  creatorId: string;
  /** The domain of each recipient, lower case; '' of what is no address. */
  domains: string[];
  attachments: { contentType: string; extension: string; size: number }[];
  warnings: string[];
  reply: boolean;
  /** Each recipient's address with the mailbox behind its tag; looked at, and never kept. */
  recipients?: string[][];
  /** How many recipients are suppressed, bounced before, were never written to. */
  suppressed?: number;
  bounced?: number;
  firstContact?: number;
  /** `currency` is null where the sign does not tell. */
  amounts?: { value: number; currency: string | null }[];
  /** Shares of words that differ, 0 to 1. */
  changedFromComposed?: number;
  changedFromFirst?: number;
  writtenBy?: 'model' | 'template' | 'unknown';
  /** By name. `none`: no model wrote it. */
  model?: string;
  /** `none` where it answers nothing, or AgentMail did not scan. */
  answeredVerdict?: string;
}

/** What has to be looked up for a policy's enabled rules. */
export function lookupsOf({ rules }: Policy): Lookups {
  const leaves = rules.flatMap(({ enabled, when }) => (enabled && when !== undefined ? leavesOf(when) : []));
  return new Set(leaves.flatMap((leaf) => lookupOf(leaf) ?? []));
}

function lookupOf(leaf: LeafCondition): Lookup | null {
  switch (leaf.kind) {
    case 'recipient':
      return 'recipients';
    case 'recipient_suppressed':
      return 'suppressed';
    case 'recipient_bounced':
      return 'bounced';
    case 'first_contact':
      return 'firstContact';
    case 'amount':
      return 'amounts';
    case 'edit_distance':
      return leaf.from === 'first' ? 'changedFromFirst' : 'changedFromComposed';
    case 'written_by':
      return 'writtenBy';
    case 'model':
      return 'model';
    case 'answered_verdict':
      return 'answeredVerdict';
    default:
      return null;
  }
}
