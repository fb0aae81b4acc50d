export interface MailLink {
  text: string;
  /** Where it goes, with the host as the network sees it: look-alike letters show as xn--… */
  target: string;
  /** The text names another host than the one it goes to. */
  misleading: boolean;
}

const HOST_IN_TEXT = /(?:https?:\/\/)?((?:[\p{L}\p{N}-]+\.)+[\p{L}]{2,})/iu;

/** Null for what is no link at all. */
export function linkOf(text: string, target: string): MailLink | null {
  let url: URL;
  try {
    url = new URL(target);
  } catch {
    return null;
  }
  if (!['http:', 'https:', 'mailto:', 'tel:'].includes(url.protocol)) return null;
  const named = url.protocol.startsWith('http') && !text.includes('@') ? HOST_IN_TEXT.exec(text)?.[1] : undefined;
  return {
    text: text.replace(/\s+/g, ' ').slice(0, 120),
    target: url.href,
    misleading: named !== undefined && !sameSite(named, url.hostname),
  };
}

function sameSite(named: string, actual: string): boolean {
  let host: string;
  try {
    host = new URL(`https://${named}`).hostname;
  } catch {
    return true;
  }
  const bare = (name: string) => name.replace(/^www\./, '');
  return bare(host) === bare(actual) || bare(actual).endsWith(`.${bare(host)}`);
}

/** The links of a plain text, each once. */
export function linksInText(text: string): MailLink[] {
  const found = text.match(/\bhttps?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/g) ?? [];
  return [...new Set(found)].flatMap((url) => linkOf(url, url) ?? []);
}
