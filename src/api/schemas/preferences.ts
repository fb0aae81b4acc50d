import { z } from '@hono/zod-openapi';
import { categorySchema } from '../../domain/content.ts';
import { EVERYTHING } from '../../domain/opt-out.ts';
import { normalizeAddress } from '../../domain/suppression.ts';
import { instant, personSchema } from './common.ts';

const addressSchema = z
  .string()
  .max(320)
  .refine((value) => normalizeAddress(value) !== null, 'must be an email address')
  .transform((value) => normalizeAddress(value) ?? value);
export const recipientParams = z.object({
  address: addressSchema.openapi({ param: { name: 'address', in: 'path' }, example: 'someone@example.com' }),
});

const valid = (make: () => unknown) => {
  try {
    make();
    return true;
  } catch {
    return false;
  }
};
const timeZoneSchema = z
  .string()
  .max(100)
  .refine((zone) => valid(() => new Intl.DateTimeFormat('en', { timeZone: zone })), 'must be an IANA time zone')
  .openapi({ example: 'Europe/Berlin' });
const languageSchema = z
  .string()
  .max(35)
  .refine((tag) => tag !== '' && valid(() => Intl.getCanonicalLocales(tag)), 'must be a BCP 47 language')
  .openapi({ example: 'de' });
const clock = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 22:00')
  .openapi({ example: '22:00' });
const optedOutSchema = z
  .array(z.union([z.literal(EVERYTHING), categorySchema]))
  .max(100)
  .openapi({ description: 'Categories that are not to be sent; `*` is every one.' });

const quietSchema = z
  .strictObject({ from: clock, to: clock })
  .refine(({ from, to }) => from !== to, 'must not be empty: from and to are the same')
  .openapi('QuietHours', { description: "In the recipient's zone; may span midnight." });

export const preferencesSchema = z
  .object({
    address: z.string(),
    timeZone: z.string().nullable(),
    quietHours: z.union([quietSchema, z.null()]),
    optedOut: z.array(z.string()),
    language: z.string().nullable(),
    updatedAt: instant,
    updatedBy: personSchema,
  })
  .openapi('RecipientPreferences');
export type RecipientPreferences = z.infer<typeof preferencesSchema>;
export const preferenceChangesSchema = z
  .strictObject({
    timeZone: timeZoneSchema.nullable(),
    quietHours: z.union([quietSchema, z.null()]),
    optedOut: optedOutSchema,
    language: languageSchema.nullable(),
  })
  .partial()
  .refine((changes) => Object.keys(changes).length > 0, 'must set something')
  .openapi('RecipientPreferenceChanges', { description: 'What is absent stays; null clears.' });
export type RecipientPreferenceChanges = z.input<typeof preferenceChangesSchema>;
