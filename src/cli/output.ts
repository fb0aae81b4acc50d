import Table from 'cli-table3';
import { oneLine, safeJson } from './text.ts';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';
const CODES: Record<Style, [number, number]> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
};

export interface Terminal {
  write(text: string): void;
  writeError(text: string): void;
  /** Width in columns. */
  columns: number;
  color: boolean;
}

/** Where commands write: tables and words for people, or JSON for programs. */
export class Output {
  readonly json: boolean;
  readonly #terminal: Terminal;

  constructor(terminal: Terminal, json: boolean) {
    this.#terminal = terminal;
    this.json = json;
  }

  get columns(): number {
    return this.#terminal.columns;
  }

  style(text: string, ...styles: Style[]): string {
    if (!this.#terminal.color) return text;
    return styles.reduce((styled, style) => `\u001b[${CODES[style][0]}m${styled}\u001b[${CODES[style][1]}m`, text);
  }

  line(text = ''): void {
    this.#terminal.write(`${text}\n`);
  }

  /** For people, beside the result: not part of what a program reads. */
  note(text: string): void {
    this.#terminal.writeError(`${text}\n`);
  }

  value(value: unknown): void {
    this.line(safeJson(value, 2));
  }

  /** One JSON value a line, for streams. */
  row(value: unknown): void {
    this.line(safeJson(value));
  }

  /**
   * A table that fits the terminal: the `wide` columns share what the others leave, and where that is too little the
   * `spare` ones are left out, the first of them first.
   */
  table(head: string[], rows: string[][], wide: string[], spare: string[] = []): void {
    const [first, ...others] = spare;
    if (first !== undefined && !this.#fits(head, rows, wide)) {
      const kept = <T>(row: T[]) => row.filter((_, i) => head[i] !== first);
      this.table(kept(head), rows.map(kept), wide, others);
      return;
    }
    const cells = rows.map((row) => row.map(oneLine));
    const natural = naturalWidths(head, cells);
    const widths = shareWidth(
      natural,
      head.map((title) => wide.includes(title)),
      this.columns - head.length * GAP,
    );
    const table = new Table({
      chars: NO_BORDERS,
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP, compact: true },
      colWidths: widths.map((columns) => columns + GAP),
      head: head.map((title) => this.style(title.toUpperCase(), 'dim')),
    });
    table.push(...cells);
    for (const line of table.toString().split('\n')) this.line(line.trimEnd());
  }

  #fits(head: string[], rows: string[][], wide: string[]): boolean {
    const natural = naturalWidths(head, rows);
    const least = natural.map((size, i) => (wide.includes(head[i] ?? '') ? Math.min(size, MIN_WIDE) : size) + GAP);
    return least.reduce((sum, size) => sum + size, 0) <= this.columns;
  }
}

const GAP = 2;
/** What a wide column needs to say anything. */
const MIN_WIDE = 10;

const naturalWidths = (head: string[], rows: string[][]) =>
  head.map((title, i) => Math.max(width(title), ...rows.map((row) => width(row[i] ?? ''))));

const NO_BORDERS = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid', 'middle']
    .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`, `${side}-mid`])
    .map((name) => [name, '']),
);

// biome-ignore lint/suspicious/noControlCharactersInRegex: our own colours begin with one
const unstyled = (text: string) => text.replace(/\u001b\[\d+m/g, '');

/** Columns a text takes: wide for East Asian scripts and emoji. */
const width = (text: string) =>
  [...unstyled(text)].reduce(
    (sum, char) =>
      sum +
      (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\uff60]|\p{Emoji_Presentation}/u.test(char)
        ? 2
        : 1),
    0,
  );

function shareWidth(natural: number[], wide: boolean[], columns: number): number[] {
  const fixed = natural.reduce((sum, size, i) => sum + (wide[i] ? 0 : size), 0);
  const wanted = natural.reduce((sum, size, i) => sum + (wide[i] ? size : 0), 0);
  const left = Math.max(columns - fixed, MIN_WIDE * wide.filter(Boolean).length);
  return natural.map((size, i) => (wide[i] && wanted > left ? Math.max(8, Math.floor((size * left) / wanted)) : size));
}
