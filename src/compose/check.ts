import { BULK_CATEGORIES, type EmailContent } from '../domain/content.ts';
import type { CheckFinding } from '../store/types.ts';
import { checkAmounts } from './checks/amounts.ts';
import { checkAttachments, checkBody, checkMissing, checkSize, checkSubject } from './checks/content.ts';
import type { Check } from './checks/context.ts';
import { checkLookAlikes, checkReadingOrder } from './checks/letters.ts';
import { checkLinks } from './checks/links.ts';
import { checkOptOut } from './checks/opt-out.ts';
import { checkPlaceholders } from './checks/placeholders.ts';
import { checkRecipients } from './checks/recipients.ts';
import type { SourceResults } from './generate.ts';
import { htmlFacts } from './html.ts';
import { checkOptionsSchema, type RecipePlan, stepOf } from './plan.ts';

const CHECKS: Check[] = [
  checkMissing,
  checkRecipients,
  checkSubject,
  checkBody,
  checkPlaceholders,
  checkLinks,
  checkReadingOrder,
  checkLookAlikes,
  checkSize,
  checkAttachments,
  checkAmounts,
  checkOptOut,
];

/**
 * Looks at an email the way a careful colleague would. Errors must be gone before anybody can approve, warnings show to
 * the reviewer. Without a plan (ready-made content, edits) the default options hold. Pure; never throws on content.
 */
export function check(
  content: EmailContent,
  given: {
    plan?: RecipePlan;
    missing?: string[];
    sources?: SourceResults;
    /** What kind of mail it is, and which kinds go to many. */
    category?: string | null;
    bulkCategories?: readonly string[];
  } = {},
): CheckFinding[] {
  const options = given.plan ? stepOf(given.plan, 'check').options : checkOptionsSchema.parse({});
  const html = htmlFacts(content.html);
  const { category = null, bulkCategories = BULK_CATEGORIES } = given;
  const context = {
    content,
    options: { ...options, bulk: options.bulk || (category !== null && bulkCategories.includes(category)) },
    missing: given.missing ?? [],
    sources: given.sources ?? null,
    html,
    visible: [content.subject, content.text, html.text].join('\n\n'),
  };
  return CHECKS.flatMap((one) => one(context));
}
