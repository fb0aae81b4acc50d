import { Liquid, UndefinedVariableError } from 'liquidjs';
import { ComposeError } from './errors.ts';
import { escapeMarkdown, escapeParagraphs, oneLine } from './escape.ts';
import { formatAmount, formatDate } from './format.ts';

/** Stands in the text where a variable had no value, so that nobody can approve the hole by overlooking a list. */
export const MISSING_MARK = '[missing]';

type Mode = 'body' | 'subject';
const UNDEFINED_VARIABLE = /undefined variable: (.+?)(?:, line:\d+, col:\d+)?$/;

/** One engine a mode and strictness, without access to files: no template can include one. */
const engines = {
  body: { strict: createEngine('body', true), lenient: createEngine('body', false) },
  subject: { strict: createEngine('subject', true), lenient: createEngine('subject', false) },
};

/**
 * Fills a LiquidJS template. Every output is escaped (in a body for Markdown, in a subject to one line); `| paragraphs`
 * escapes too but keeps the line breaks, `| raw` alone passes Markdown through and is for text of the template's author.
 * Only own properties are visible, and time and memory are bounded. Names of variables without a value come back in
 * `missing`; in `if` and before `| default` an absent variable is allowed.
 * @throws ComposeError `template_invalid` when the template does not parse or asks too much
 */
export function fillTemplate(mode: Mode, template: string, data: object): { text: string; missing: string[] } {
  try {
    return { text: engines[mode].strict.parseAndRenderSync(template, data), missing: [] };
  } catch (error) {
    const missing = missingVariables(error);
    if (missing === null) throw new ComposeError('template_invalid', templateFault(error), { cause: error });
    return { text: engines[mode].lenient.parseAndRenderSync(template, data), missing };
  }
}

/** The names when the error is about nothing but absent variables, else null. */
function missingVariables(error: unknown): string[] | null {
  if (!(error instanceof Error && 'errors' in error && Array.isArray(error.errors))) return null;
  const names = error.errors.map((one: unknown) =>
    one instanceof UndefinedVariableError ? UNDEFINED_VARIABLE.exec(one.message)?.[1] : undefined,
  );
  const known = names.filter((name) => name !== undefined);
  return known.length === names.length ? [...new Set(known)] : null;
}

function templateFault(error: unknown): string {
  const first: unknown =
    error instanceof Error && 'errors' in error && Array.isArray(error.errors) ? error.errors[0] : error;
  return `the template cannot be filled: ${first instanceof Error ? first.message : String(first)}`;
}

function createEngine(mode: Mode, strict: boolean): Liquid {
  const literal = mode === 'body' ? escapeMarkdown : oneLine;
  const engine = new Liquid({
    templates: {},
    ownPropertyOnly: true,
    strictFilters: true,
    strictVariables: strict,
    catchAllErrors: strict,
    lenientIf: true,
    timezoneOffset: 0,
    locale: 'en',
    parseLimit: 250_000,
    renderLimit: 3_000,
    memoryLimit: 20_000_000,
    outputEscape: (value: unknown) => (value === undefined ? literal(MISSING_MARK) : literal(textOf(value))),
  });
  engine.registerFilter('paragraphs', {
    raw: true,
    handler: (value: unknown) => (mode === 'body' ? escapeParagraphs(textOf(value)) : oneLine(textOf(value))),
  });
  engine.registerFilter('long_date', (value: unknown, locale: unknown = 'en') =>
    formatDate(textOf(value), `${locale}`),
  );
  engine.registerFilter('money', (value: unknown, currency: unknown, locale: unknown = 'en') =>
    formatAmount({ value: textOf(value), currency: `${currency}` }, `${locale}`),
  );
  return engine;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
