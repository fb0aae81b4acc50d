import { Node as Piece } from 'prosemirror-model';
import { canonical } from '../../dashboard/src/act/rich/canonical.ts';
import { type Letter, openLetter, writeLetter } from '../../dashboard/src/act/rich/letter.ts';
import { cleanPasted } from '../../dashboard/src/act/rich/paste.ts';
import { schema } from '../../dashboard/src/act/rich/schema.ts';
import { parse } from '../../dashboard/src/act/rich/shell.ts';
import { letterText } from '../../dashboard/src/act/rich/text.ts';

interface Edited {
  why?: string;
  same?: string;
  html?: string;
  text?: string;
}
interface Rich {
  edit(html: string, from: string, to: string): Edited;
  tokens(html: string): string[];
  broken(json: unknown): string | null;
  paste(html: string): string;
}
declare global {
  var rich: Rich;
}

/** What the tests ask of the editor's parts, in a browser: only there is a parser that reads mail as the desk does. */
globalThis.rich = {
  /** Opens a mail, replaces words in it as somebody would, and writes it again. */
  edit(html: string, from: string, to: string) {
    const letter = openLetter(html);
    if (!('doc' in letter)) return { why: letter.why };
    const changed = replaced(letter, from, to);
    return { same: writeLetter(letter, letter.doc), html: writeLetter(letter, changed), text: letterText(changed) };
  },
  /** What a browser would make of the whole mail, to compare two. */
  tokens: (html: string) => canonical(parse(html).documentElement, ['pre']),
  /** Null: written and read again, a document of the editor's own says the same. Else how it is written. */
  broken(json: unknown): string | null {
    const doc = Piece.fromJSON(schema, json);
    const letter = openLetter('<p>x</p>');
    if (!('doc' in letter)) return letter.why;
    const html = writeLetter(letter, doc);
    const again = openLetter(html);
    if (!('doc' in again)) return `${again.why}: ${html}`;
    return letterText(again.doc) === letterText(doc) ? null : html;
  },
  paste: cleanPasted,
};

function replaced({ doc }: Letter, from: string, to: string): Piece {
  const json: unknown = JSON.parse(JSON.stringify(doc.toJSON()).replaceAll(from, to));
  return Piece.fromJSON(schema, json);
}
