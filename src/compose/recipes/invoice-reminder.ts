import { z } from 'zod';
import { attachmentInputSchema, toAttachment } from '../attachments.ts';
import { ComposeError } from '../errors.ts';
import { addAmounts, daysBetween, formatAmount, formatDate } from '../format.ts';
import { defineRecipe } from '../recipe.ts';
import { reminderTemplate } from './reminder-texts.ts';
import { amountSchema, type Language, languages, line, senderSchema } from './shared.ts';

const emails = z.array(line(320)).max(50);

const inputSchema = z
  .strictObject({
    to: z.union([line(320).transform((one) => [one]), emails.min(1)]).describe('Recipient, or several'),
    cc: emails.default([]),
    replyTo: emails.default([]),
    customer: z.strictObject({
      name: line(150).describe('Person or company, as the greeting names it'),
      salutation: line(200).optional().describe('Replaces the whole greeting: Sehr geehrte Frau Keller,'),
    }),
    invoice: z.strictObject({
      number: line(60),
      amount: amountSchema,
      issuedOn: z.iso.date().optional(),
      dueOn: z.iso.date(),
    }),
    level: z.literal([1, 2, 3]).default(1).describe('1 reminder, 2 second reminder, 3 final notice'),
    asOf: z.iso.date().optional().describe('Day of writing; with it the mail says how many days it is overdue'),
    payBy: z.iso.date().optional().describe('New date of payment; a final notice needs one'),
    fee: amountSchema.optional().describe('Late fee in the currency of the invoice'),
    payment: z
      .strictObject({
        accountName: line(100).optional(),
        iban: line(42).optional(),
        bic: line(15).optional(),
        reference: line(100).optional().describe('Defaults to the invoice number'),
        url: z
          .url({ protocol: /^https$/ })
          .optional()
          .describe('Page to pay online'),
      })
      .default({}),
    locale: z
      .string()
      .regex(/^(en|de|es)(-[A-Z]{2})?$/, 'expected en, de or es, with a region if wanted: en-GB')
      .default('en'),
    sender: senderSchema,
    attachment: attachmentInputSchema.optional().describe('The invoice, usually a PDF'),
  })
  .refine(({ level, payBy }) => level < 3 || payBy !== undefined, {
    path: ['payBy'],
    error: 'a final notice must say until when to pay',
  })
  .refine(({ fee, invoice }) => fee === undefined || fee.currency === invoice.amount.currency, {
    path: ['fee', 'currency'],
    error: 'must be the currency of the invoice',
  });

/** Reminds of an unpaid invoice, in three levels of firmness and three languages, with the invoice attached. */
export const invoiceReminder = defineRecipe({
  name: 'invoice-reminder',
  version: 1,
  title: 'Invoice reminder',
  description: 'Reminds of an unpaid invoice: friendly, firm or final, in English, German or Spanish.',
  input: inputSchema,
  plan: (input) => {
    const { invoice, locale, level, asOf, fee, attachment, payment, sender, customer } = input;
    const language = languageOf(locale);
    const overdueDays = asOf === undefined ? 0 : daysBetween(invoice.dueOn, asOf);
    if (overdueDays < 0) {
      throw new ComposeError('recipe_input', 'recipe invoice-reminder: asOf: the invoice is not due yet on that day');
    }
    const date = (day: string | undefined) => (day === undefined ? null : formatDate(day, locale));
    return {
      initial: {
        to: input.to,
        cc: input.cc,
        replyTo: input.replyTo,
        attachments: attachment ? [toAttachment(attachment)] : [],
      },
      sources: {
        reminder: {
          type: 'inline',
          data: {
            customer: customer.name,
            salutation: customer.salutation ?? null,
            number: invoice.number,
            amount: formatAmount(invoice.amount, locale),
            fee: fee ? formatAmount(fee, locale) : null,
            total: fee ? formatAmount(addAmounts(invoice.amount, fee), locale) : null,
            issuedOn: date(invoice.issuedOn),
            dueOn: date(invoice.dueOn),
            payBy: date(input.payBy),
            overdueDays: overdueDays > 0 ? overdueDays : null,
            attached: attachment !== undefined,
            accountName: payment.accountName ?? null,
            iban: payment.iban ?? null,
            bic: payment.bic ?? null,
            reference: payment.reference ?? invoice.number,
            payUrl: payment.url ?? null,
            sender: {
              name: sender.name,
              role: sender.role ?? null,
              company: sender.company,
              phone: sender.phone ?? null,
            },
          },
        },
      },
      generate: { template: reminderTemplate(language, level) },
      render: { lang: locale },
    };
  },
});

function languageOf(locale: string): Language {
  return languages.find((language) => locale.startsWith(language)) ?? 'en';
}
