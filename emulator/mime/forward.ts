import type { AttachmentRecord, MessageRecord } from '../state/records.ts';

export interface Body {
  text?: string;
  html?: string;
  attachments: AttachmentRecord[];
}

/** A forward's own words above the source's body and attachments. */
export function forwardedBody(own: Body, source: MessageRecord): Body {
  const head = headLines(source);
  const attachments = [...own.attachments, ...(source.attachments ?? [])];
  const text = [own.text ?? '', ['---------- Forwarded message ---------', ...head].join('\n'), source.text ?? '']
    .filter((part) => part !== '')
    .join('\n\n');
  if (own.html === undefined && source.html === undefined) return { text, attachments };
  const quotedHead = head.map(escapeHtml).join('<br>');
  const sourceHtml = source.html ?? `<pre>${escapeHtml(source.text ?? '')}</pre>`;
  const ownHtml = own.html ?? (own.text === undefined ? '' : `<p>${escapeHtml(own.text)}</p>`);
  const html = `${ownHtml}<div>---------- Forwarded message ---------<br>${quotedHead}</div><br>${sourceHtml}`;
  return { text, html, attachments };
}

function headLines(source: MessageRecord): string[] {
  return [
    `From: ${source.from}`,
    `Date: ${new Date(source.timestamp).toUTCString()}`,
    `Subject: ${source.subject ?? ''}`,
    `To: ${source.to.join(', ')}`,
    ...(source.cc?.length ? [`Cc: ${source.cc.join(', ')}`] : []),
  ];
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
