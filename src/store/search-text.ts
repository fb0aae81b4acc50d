/** Longer words are cut, in the index and in what is looked for alike. */
const MAX_WORD = 64;
/** A long subject or list of recipients still has fewer; the row stays small. */
const MAX_WORDS = 2_000;
/** Words of most scripts; single characters where words are written without spaces, and of pictures. */
const WORD =
  /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Thai}|\p{Extended_Pictographic}|(?:(?!\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Thai})[\p{L}\p{N}\p{M}])+/gu;

/**
 * The words of a text as they are looked for: compatibility forms unified, lower case, split at everything that is no
 * letter or digit, so that each part of an address is a word. Done here and not by `to_tsvector`, whose parser keeps
 * addresses whole and whose folding depends on the locale of the cluster.
 */
export function searchWords(...texts: string[]): string[] {
  const words = new Set<string>();
  for (const text of texts) {
    const normal = text.normalize('NFKC').toLowerCase().normalize('NFKC');
    for (const [word] of normal.matchAll(WORD)) {
      words.add(word.length <= MAX_WORD ? word : [...word].slice(0, MAX_WORD).join(''));
      if (words.size === MAX_WORDS) return [...words];
    }
  }
  return [...words];
}

/** A `tsquery` for rows with a word that begins with each word of `text`; null when `text` has no word. */
export function prefixQuery(text: string): string | null {
  const words = searchWords(text);
  return words.length === 0 ? null : words.map((word) => `'${word}':*`).join(' & ');
}
