import { z } from 'zod';
import { defineRecipe } from '../recipe.ts';
import { REPLY_TEMPLATE, referencePhrases } from './reply-texts.ts';
import { languages, line, senderSchema } from './shared.ts';

/** Fields the texts use; others are for the model and stay in the record. */
const customerRecordSchema = z
  .object({
    name: line(100).optional().describe('How the greeting names the customer'),
    firstName: line(60).optional().describe('Used by the friendly tone'),
    language: z.string().max(20).optional().describe('BCP 47; en, de and es have texts, others get English'),
  })
  .catchall(z.json());

const inputSchema = z.strictObject({
  messageId: line(998).describe('Message id of the inbound mail to answer'),
  replyAll: z.boolean().default(false),
  customer: z
    .union([z.strictObject({ url: z.url({ protocol: /^https?$/ }) }), customerRecordSchema])
    .default({})
    .describe('The customer record, or { url } to fetch it from an allowed host'),
  resolution: z
    .string()
    .trim()
    .min(1)
    .max(20_000)
    .describe('What the customer is told, in the language of the reply; blank lines part paragraphs'),
  nextStep: z.string().trim().min(1).max(2_000).optional().describe('What happens next, as its own paragraph'),
  reference: z
    .strictObject({ kind: z.enum(['order', 'ticket', 'invoice', 'case']), id: line(60) })
    .optional()
    .describe('What the mail is about; quoted in the first sentence'),
  tone: z.enum(['friendly', 'neutral', 'formal']).default('neutral'),
  language: z.enum(languages).optional().describe("Goes before the customer record's language"),
  sender: senderSchema,
  notes: z.string().trim().max(5_000).optional().describe('For the model only; the template never prints them'),
  writer: z
    .enum(['template', 'model'])
    .default('template')
    .describe('model: a configured model writes the text; without one the template does'),
});

const MODEL_INSTRUCTIONS = `Write the reply to the last message of the customer in the source "thread".
Say what "reply.resolution" and "reply.nextStep" say and promise nothing beyond them; "reply.notes" is background that must not be quoted.
Use the tone "reply.tone", the language "reply.language" (else the customer's), greet the customer by name, mention the
reference, and sign as "reply.sender". Answer every question of the customer that the sources can answer; say plainly
which one stays open. Leave the subject empty.`;

/** Answers a customer's mail with what the company decided, in the customer's language and by name. */
export const replyToThread = defineRecipe({
  name: 'reply-to-thread',
  version: 1,
  title: 'Reply to a customer',
  description: "Answers a mail in its thread, with the customer's record and what was decided.",
  input: inputSchema,
  plan: (input) => {
    const { messageId, replyAll, customer, reference, writer, ...rest } = input;
    const fetched = 'url' in customer && typeof customer.url === 'string' && Object.keys(customer).length === 1;
    const recordLanguage = 'language' in customer && typeof customer.language === 'string' ? customer.language : 'en';
    const language = rest.language ?? languages.find((known) => recordLanguage.toLowerCase().startsWith(known)) ?? 'en';
    return {
      initial: { reply: { inReplyTo: messageId, replyAll } },
      sources: {
        thread: { type: 'thread', messageId },
        customer: fetched
          ? { type: 'http', url: String(customer.url) }
          : { type: 'inline', data: z.json().parse(customer) },
        reply: {
          type: 'inline',
          data: {
            tone: rest.tone,
            language: rest.language ?? null,
            resolution: rest.resolution,
            nextStep: rest.nextStep ?? null,
            reference: reference ? referencePhrases(reference.kind, reference.id) : null,
            notes: rest.notes ?? null,
            sender: signer(rest.sender),
          },
        },
      },
      generate: {
        template: { subject: '', body: REPLY_TEMPLATE },
        model: writer === 'model' ? { instructions: MODEL_INSTRUCTIONS } : null,
      },
      render: { lang: language },
    };
  },
});

function signer({ name, role, company, phone }: z.output<typeof senderSchema>) {
  return { name, role: role ?? null, company, phone: phone ?? null };
}
