import { z } from 'zod';
import type { Amount } from '../format.ts';

/** A short text of one line. */
export const line = (max = 200) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((value) => !/[\r\n\0]/.test(value), 'must be one line');

export const languages = ['en', 'de', 'es'] as const;
export type Language = (typeof languages)[number];

/** Who signs the email. */
export const senderSchema = z.strictObject({
  name: line(100),
  role: line(100).optional(),
  company: line(100),
  phone: line(50).optional(),
});

const currency = z
  .string()
  .refine((code) => Intl.supportedValuesOf('currency').includes(code), 'expected an ISO 4217 code such as EUR');

/** Money as `{minorUnits: 123450, currency: 'EUR'}` or `{value: '1234.50', currency: 'EUR'}`; never a float. */
export const amountSchema: z.ZodType<Amount> = z.union([
  z.strictObject({ minorUnits: z.int().positive().max(1e15), currency }),
  z.strictObject({
    value: z
      .string()
      .regex(/^\d{1,12}(\.\d{1,3})?$/, 'expected a decimal string such as 1234.50')
      .refine((value) => /[1-9]/.test(value), 'must be more than 0'),
    currency,
  }),
]);

/** The signature in Markdown; the lines that are not given are left out. `sender` is the source's name. */
export const SIGNATURE = (sender: string) => `{{ ${sender}.name }}
{%- if ${sender}.role %}\\
{{ ${sender}.role }}{% endif %}\\
{{ ${sender}.company }}
{%- if ${sender}.phone %}\\
{{ ${sender}.phone }}{% endif %}
`;
