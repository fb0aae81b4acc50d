import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import { changesBetween, readable } from '../../channels/text.ts';
import { REJECTION_CODES, REJECTION_REASONS, type RejectionReason } from '../../domain/rejection.ts';
import type { DraftRow, RevisionRecord } from '../../store/types.ts';

const STYLE = `:root{color-scheme:light dark;--fg:#1c1c1c;--bg:#fff;--soft:#f3f3f3;--line:#6b6b6b;--accent:#0b57d0;--on:#fff;--bad:#a3161b;--good:#11622f}
@media (prefers-color-scheme:dark){:root{--fg:#f1f1f1;--bg:#161616;--soft:#242424;--line:#9a9a9a;--accent:#9fc1ff;--on:#0a1a33;--bad:#ffb0b0;--good:#9be0b0}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--fg);font:1.0625rem/1.5 system-ui,sans-serif}
main{max-width:44rem;margin:0 auto;padding:1.5rem 1.25rem}h1{font-size:1.5rem;line-height:1.25}h2{font-size:1.125rem;margin-top:1.75rem}
p,dd,li{overflow-wrap:anywhere}dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem}dt{color:var(--line)}dd{margin:0}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit;background:var(--soft);padding:1rem;border-radius:.4rem;margin:.5rem 0}
ins{color:var(--good)}del{color:var(--bad)}form{display:grid;gap:.75rem;margin-top:1.25rem}label{display:grid;gap:.25rem}
textarea,select{font:inherit;color:inherit;background:transparent;padding:.7rem;border:1px solid var(--line);border-radius:.4rem}textarea{min-height:5rem}select{background:var(--bg)}
button{font:inherit;min-height:3rem;padding:.6rem 1rem;border-radius:.4rem;border:1px solid var(--accent);color:var(--accent);background:transparent;cursor:pointer}
button.first{background:var(--accent);color:var(--on)}button.bad{border-color:var(--bad);color:var(--bad)}a{color:var(--accent)}
.said{border-left:.3rem solid var(--accent);padding-left:1rem}:focus-visible{outline:3px solid var(--accent);outline-offset:2px}`;

/** Nothing but this style and forms to this server: no script, no picture, no frame. */
export const REVIEW_PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** The longest text the page shows. */
const MAX_CHARACTERS = 400_000;

export interface ReviewPage {
  title: string;
  /** What is to be known first: what happened, or why nothing did. */
  say: string;
  draft?: DraftRow;
  revision?: RevisionRecord | null;
  /** The revision the link was about, where another is there now. */
  stale?: RevisionRecord | null;
  /** Shows the buttons. */
  decides?: boolean;
  /** What was typed, when something was missing. */
  comment?: string;
  reasonCode?: RejectionReason | undefined;
}

/** The page behind a link to decide. Every text is escaped; nothing of the draft's HTML is shown but its words. */
export function reviewPage({ title, say, draft, revision, stale, decides, comment, reasonCode }: ReviewPage) {
  const read = revision ? readable(revision, MAX_CHARACTERS) : null;
  // What cannot be read whole here is not decided here.
  const asks = decides === true && read !== null && !read.cut;
  const deskWords = revision?.content.attachments.length ? 'See the attachments in the desk' : 'Open it in the desk';
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p class="said" role="status">${say}</p>
${stale && revision ? changes(stale, revision) : ''}
${draft && revision && read ? content(draft, revision, read) : ''}
${read?.cut ? html`<p><strong>This is not all of it, so it cannot be decided here.</strong></p>` : ''}
${asks ? form(comment ?? '', reasonCode) : ''}
${draft ? html`<p><a href="/all/${encodeURIComponent(draft.draftId)}">${deskWords}</a></p>` : ''}
</main>
</body>
</html>`;
}

function changes(older: RevisionRecord, newer: RevisionRecord) {
  const lines = changesBetween(older, newer).map(({ mark, text }) => {
    if (mark === '+') return html`<ins>+ ${text}</ins>\n`;
    return mark === '-' ? html`<del>- ${text}</del>\n` : html`  ${text}\n`;
  });
  return html`<h2>What changed from revision ${older.revision} to ${newer.revision}</h2><pre>${lines.length > 0 ? lines : 'Nothing that can be read here; formatting or attachments differ.'}</pre>`;
}

function content(draft: DraftRow, { revision }: RevisionRecord, read: ReturnType<typeof readable>) {
  const { heads, text, html: other, links, warnings } = read;
  return html`<h2>Revision ${revision}</h2>
<dl><dt>From</dt><dd>${draft.inboxId}</dd>${heads.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
${warnings.length > 0 ? html`<h2>Warnings</h2><ul>${warnings.map((line) => html`<li>${line}</li>`)}</ul>` : ''}
<h2>Text</h2><pre>${text}</pre>
${other === null ? '' : html`<h2>The HTML part says something else</h2><pre>${other}</pre>`}
${links.length > 0 ? html`<h2>Links</h2><ul>${links.map((link) => html`<li>${link.text}: ${link.href}</li>`)}</ul>` : ''}`;
}

function form(comment: string, reasonCode?: RejectionReason) {
  const reasons = REJECTION_CODES.map(
    (code) =>
      html`<option value="${code}" ${code === reasonCode ? 'selected' : ''}>${REJECTION_REASONS[code]}</option>`,
  );
  return html`<form method="post">
<label>Reason, or what should change<textarea name="comment" maxlength="20000">${comment}</textarea></label>
<label>Where you reject it, why<select name="reasonCode"><option value="">Not said</option>${reasons}</select></label>
<button class="first" name="decision" value="approve">Approve</button>
<button name="decision" value="request_changes">Request changes</button>
<button class="bad" name="decision" value="reject">Reject</button>
</form>`;
}
