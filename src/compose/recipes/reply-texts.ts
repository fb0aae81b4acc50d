import { type Language, SIGNATURE } from './shared.ts';

type ReferenceKind = 'order' | 'ticket' | 'invoice' | 'case';

/** “about your order 4711” in every language; the gender of the noun decides the German and Spanish words. */
const REFERENCES: Record<ReferenceKind, Record<Language, string>> = {
  order: { en: 'about your order', de: 'zu Ihrer Bestellung', es: 'sobre su pedido' },
  ticket: { en: 'about your ticket', de: 'zu Ihrem Ticket', es: 'sobre su solicitud' },
  invoice: { en: 'about your invoice', de: 'zu Ihrer Rechnung', es: 'sobre su factura' },
  case: { en: 'about your case', de: 'zu Ihrem Vorgang', es: 'sobre su caso' },
};

export function referencePhrases(kind: ReferenceKind, id: string): Record<Language, string> {
  const { en, de, es } = REFERENCES[kind];
  return { en: `${en} ${id}`, de: `${de} ${id}`, es: `${es} ${id}` };
}

const ABOUT = (lang: Language) => `{% if reply.reference %} {{ reply.reference.${lang} }}{% endif %}`;
const SENT_ON = (lang: Language) => `{{ thread.answered.date | long_date: '${lang}' }}`;

/** Greeting and first sentence by language and tone; `name` is empty when nobody knows it. */
const OPENINGS: Record<Language, { friendly: string; neutral: string; formal: string }> = {
  en: {
    friendly: `Hi{% if name != '' %} {{ name }}{% endif %},

Thanks for your message of ${SENT_ON('en')}${ABOUT('en')}.`,
    neutral: `Hello{% if name != '' %} {{ name }}{% endif %},

Thank you for your message of ${SENT_ON('en')}${ABOUT('en')}.`,
    formal: `{% if name != '' %}Dear {{ name }}{% else %}Dear Sir or Madam{% endif %},

Thank you for your message of ${SENT_ON('en')}${ABOUT('en')}.`,
  },
  de: {
    friendly: `Hallo{% if name != '' %} {{ name }}{% endif %},

vielen Dank für Ihre Nachricht vom ${SENT_ON('de')}${ABOUT('de')}.`,
    neutral: `Guten Tag{% if name != '' %} {{ name }}{% endif %},

vielen Dank für Ihre Nachricht vom ${SENT_ON('de')}${ABOUT('de')}.`,
    formal: `{% if name != '' %}Guten Tag {{ name }}{% else %}Sehr geehrte Damen und Herren{% endif %},

vielen Dank für Ihr Schreiben vom ${SENT_ON('de')}${ABOUT('de')}.`,
  },
  es: {
    friendly: `Hola{% if name != '' %} {{ name }}{% endif %}:

Gracias por su mensaje del ${SENT_ON('es')}${ABOUT('es')}.`,
    neutral: `{% if name != '' %}Hola {{ name }}{% else %}Buenos días{% endif %}:

Gracias por su mensaje del ${SENT_ON('es')}${ABOUT('es')}.`,
    formal: `{% if name != '' %}Estimado/a {{ name }}{% else %}Estimados señores{% endif %}:

Le agradecemos su mensaje del ${SENT_ON('es')}${ABOUT('es')}.`,
  },
};

const CLOSINGS: Record<Language, { friendly: string; neutral: string; formal: string }> = {
  en: {
    friendly: 'If anything is still unclear, just reply to this email.\n\nBest wishes,',
    neutral: 'If you have further questions, simply reply to this email.\n\nKind regards,',
    formal: 'Should you have any further questions, please reply to this email.\n\nYours sincerely,',
  },
  de: {
    friendly: 'Falls noch etwas offen ist, antworten Sie einfach auf diese E-Mail.\n\nViele Grüße',
    neutral: 'Bei weiteren Fragen antworten Sie einfach auf diese E-Mail.\n\nFreundliche Grüße',
    formal: 'Für Rückfragen stehen wir Ihnen gerne zur Verfügung.\n\nMit freundlichen Grüßen',
  },
  es: {
    friendly: 'Si le queda alguna duda, basta con responder a este correo.\n\nUn saludo,',
    neutral: 'Si tiene más preguntas, puede responder a este correo.\n\nSaludos cordiales,',
    formal: 'Quedamos a su disposición para cualquier consulta.\n\nAtentamente,',
  },
};

const byTone = (texts: { friendly: string; neutral: string; formal: string }) =>
  `{%- case reply.tone -%}{%- when 'friendly' -%}${texts.friendly}{%- when 'formal' -%}${texts.formal}{%- else -%}${texts.neutral}{%- endcase %}`;
const byLanguage = (texts: Record<Language, { friendly: string; neutral: string; formal: string }>) =>
  `{%- case lang -%}{%- when 'de' -%}${byTone(texts.de)}{%- when 'es' -%}${byTone(texts.es)}{%- else -%}${byTone(texts.en)}{%- endcase %}`;

/**
 * The customer's language and name are known only when the record has been fetched, so the template decides. The name:
 * the record's, else the one the mail came with, else none.
 */
export const REPLY_TEMPLATE = `
{%- assign lang = 'en' -%}
{%- if reply.language -%}{%- assign lang = reply.language -%}
{%- elsif customer.language -%}{%- assign lang = customer.language | slice: 0, 2 | downcase -%}{%- endif -%}
{%- assign name = '' -%}
{%- if reply.tone == 'friendly' and customer.firstName -%}{%- assign name = customer.firstName -%}
{%- elsif customer.name -%}{%- assign name = customer.name -%}
{%- elsif thread.answered.from.name -%}{%- assign name = thread.answered.from.name | truncate: 80 -%}{%- endif -%}
${byLanguage(OPENINGS)}

{{ reply.resolution | paragraphs }}

{% if reply.nextStep %}{{ reply.nextStep | paragraphs }}

{% endif -%}
${byLanguage(CLOSINGS)}

${SIGNATURE('reply.sender')}`;
