/** Spreadsheets run what begins so, whatever file it is in. */
const FORMULA = /^'*[=+\-@\t\r]/;

/** Text for a cell of a file that people open in a spreadsheet: an apostrophe keeps a formula from being one. */
export const guardFormula = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);

/** That apostrophe taken off again. */
export const withoutFormulaGuard = (text: string): string => (/^'+[=+\-@\t\r]/.test(text) ? text.slice(1) : text);
