/**
 * The URL a text is, or null. Never by `URL.canParse`: once Node has optimized its calls, it says no to names with letters
 * such as `ü`, and a suppressed address would count as another one.
 */
export function urlOf(text: string, base?: string): URL | null {
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
}
