import type { MailLink } from '../lib/mail-links.ts';
import { plain } from '../lib/plain.ts';

/** Links do nothing in the mail; here is where each one goes. */
export function LinkList({ links }: { links: readonly MailLink[] }) {
  if (links.length === 0) return null;
  const misleading = links.filter((link) => link.misleading).length;
  return (
    <details open={misleading > 0} className="mt-4 rounded-xl border border-line">
      <summary className="px-4 py-2">
        {links.length === 1 ? '1 link' : `${links.length} links`}
        {misleading > 0 && <span className="ml-2 font-semibold text-bad">{misleading} may mislead</span>}
      </summary>
      <ul className="divide-y divide-line border-t border-line">
        {links.map((link, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same link may be there twice, and the list never changes
          <li key={index} className="px-4 py-2">
            <p className="truncate">{plain(link.text)}</p>
            <p className="font-mono text-xs break-all text-muted">{link.target}</p>
            {link.misleading && <p className="text-xs font-semibold text-bad">The text names another site.</p>}
          </li>
        ))}
      </ul>
    </details>
  );
}
