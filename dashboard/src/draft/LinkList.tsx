import type { MailLink } from '../lib/mail-links.ts';
import { plain } from '../lib/plain.ts';

const MOST = 200;

/** Links do nothing in the mail; here is where each one goes. */
export function LinkList({ links: all }: { links: readonly MailLink[] }) {
  if (all.length === 0) return null;
  // A newsletter names the same page many times.
  const links = [...new Map(all.map((link) => [`${link.target}\n${link.text}`, link])).values()];
  // What may mislead is never among those left out.
  const shown = links.toSorted((a, b) => Number(b.misleading) - Number(a.misleading)).slice(0, MOST);
  const misleading = links.filter((link) => link.misleading).length;
  return (
    <details open={misleading > 0} className="mt-4 rounded-xl border border-line">
      <summary className="px-4 py-2">
        {links.length === 1 ? '1 link' : `${links.length} links`}
        {misleading > 0 && <span className="ml-2 font-semibold text-bad">{misleading} may mislead</span>}
      </summary>
      <ul className="divide-y divide-line border-t border-line">
        {shown.map((link) => (
          <li key={`${link.target}\n${link.text}`} className="px-4 py-2">
            <p className="truncate">{plain(link.text)}</p>
            <p className="font-mono text-xs break-all text-muted">{link.target}</p>
            {link.misleading && <p className="text-xs font-semibold text-bad">The text names another site.</p>}
          </li>
        ))}
        {links.length > shown.length && (
          <li className="px-4 py-2 text-muted">and {links.length - shown.length} more</li>
        )}
      </ul>
    </details>
  );
}
