import { type EmailContent, emailContentSchema } from '../domain/content.ts';
import type { RecipePlan } from './plan.ts';

/** The email a composition arrives at: what the plan fixed, with the text that was generated and rendered. */
export function composeContent(
  plan: RecipePlan,
  generated: { subject: string },
  rendered: { html: string; text: string },
): EmailContent {
  return emailContentSchema.parse({
    ...plan.initial,
    // A header takes 998 characters; the check warns long before.
    subject: generated.subject.slice(0, 998),
    text: rendered.text,
    html: rendered.html,
  });
}
