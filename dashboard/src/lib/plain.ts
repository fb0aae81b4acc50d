/** Marks that make a browser show letters in another order than they stand in, or not at all. */
const TURNING: Readonly<Record<string, string>> = {
  '\u202a': 'LRE',
  '\u202b': 'RLE',
  '\u202c': 'PDF',
  '\u202d': 'LRO',
  '\u202e': 'RLO',
  '\u2066': 'LRI',
  '\u2067': 'RLI',
  '\u2068': 'FSI',
  '\u2069': 'PDI',
};

/**
 * A text of a stranger in the order it really stands in: `invoice\u202Efdp.exe` would read `invoiceexe.pdf`. The marks
 * become words, so that who decides sees that there are some.
 */
export const plain = (text: string): string =>
  text.replace(/[\u202a-\u202e\u2066-\u2069]/g, (mark) => `‹${TURNING[mark]}›`);

/** The host of an address as the network sees it, when that differs from what is shown: `xn--…`. */
export function hiddenHost(address: string): string | null {
  const host = /@([^@<>\s]+)>?\s*$/.exec(address)?.[1];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: everything beyond ASCII is what this is about
  if (host === undefined || /^[\x00-\x7f]*$/.test(host)) return null;
  try {
    return new URL(`https://${host}`).hostname;
  } catch {
    return null;
  }
}
