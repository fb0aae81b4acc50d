import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import { type PageLanguage, TEXTS, type Texts } from './texts.ts';

const STYLE = `:root{color-scheme:light dark;--fg:#1c1c1c;--bg:#fff;--line:#6b6b6b;--accent:#0b57d0;--on:#fff}
@media (prefers-color-scheme:dark){:root{--fg:#f1f1f1;--bg:#161616;--line:#9a9a9a;--accent:#9fc1ff;--on:#0a1a33}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--fg);font:1.0625rem/1.5 system-ui,sans-serif}
main{max-width:34rem;margin:0 auto;padding:2rem 1.25rem}h1{font-size:1.5rem;line-height:1.25}p{overflow-wrap:anywhere}
form{display:grid;gap:.75rem;margin-top:1.25rem}label{display:grid;gap:.25rem}
input{font:inherit;color:inherit;background:transparent;padding:.7rem;border:1px solid var(--line);border-radius:.4rem}
button{font:inherit;min-height:3rem;padding:.6rem 1rem;border-radius:.4rem;border:1px solid var(--accent);color:var(--accent);background:transparent;cursor:pointer}
button.first{background:var(--accent);color:var(--on)}:focus-visible{outline:3px solid var(--accent);outline-offset:2px}`;

/** Nothing but this style and forms to this server: no script, no picture, no frame. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

export interface PageState {
  language: PageLanguage;
  /** `choose`: nothing was done yet. */
  say: 'choose' | 'doneCategory' | 'doneEverything' | 'undone' | 'undoneInPart' | 'notAmong' | 'invalid' | 'expired';
  category: string | null;
  /** Whom the choices are for; null asks for the address. */
  address: string | null;
  /** What `undo` takes back. */
  choice?: 'category' | 'everything';
}

/** The page behind an opt-out link. Every text is escaped. */
export function optOutPage(state: PageState) {
  const texts = TEXTS[state.language];
  const { say, address } = state;
  const over = say === 'invalid' || say === 'expired';
  const done = say === 'doneCategory' || say === 'doneEverything';
  return html`<!doctype html>
<html lang="${state.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${texts.title}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<main>
<h1>${texts.title}</h1>
<p role="status">${sentence(texts, state)}</p>
${over ? html`<p>${texts.help}</p>` : done ? undoForm(texts, state) : choices(texts, state, address === null)}
</main>
</body>
</html>`;
}

function sentence(texts: Texts, { say, category, address }: PageState): string {
  const text = say === 'choose' ? (address === null ? texts.ask : texts.intro) : texts[say];
  return fill(text, category, address);
}

const fill = (text: string, category: string | null, address: string | null) =>
  text.replace('{category}', category ?? '').replace('{address}', masked(address));

/** Enough to know it again; the page may be seen by somebody the mail was passed on to. */
function masked(address: string | null): string {
  if (address === null) return '';
  const at = address.lastIndexOf('@');
  return `${address.slice(0, 1)}…${address.slice(at)}`;
}

function choices(texts: Texts, { category }: PageState, asks: boolean) {
  return html`<form method="post">
${asks ? html`<label>${texts.address}<input type="email" name="address" required autocomplete="email" maxlength="320"></label>` : ''}
${category === null ? '' : html`<button class="first" name="choice" value="category">${fill(texts.category, category, null)}</button>`}
<button${category === null ? raw(' class="first"') : ''} name="choice" value="everything">${texts.everything}</button>
</form>`;
}

/** The address goes along where the link does not say it. */
function undoForm(texts: Texts, { choice, address }: PageState) {
  return html`<form method="post">
<input type="hidden" name="address" value="${address ?? ''}">
<input type="hidden" name="undo" value="1">
<button name="choice" value="${choice ?? 'everything'}">${texts.undo}</button>
</form>`;
}
