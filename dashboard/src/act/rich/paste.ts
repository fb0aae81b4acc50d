import DOMPurify from 'dompurify';
import { quietMarkup } from '../../lib/mail-markup.ts';

const PASTED = [
  'p',
  'div',
  'h1',
  'h2',
  'h3',
  'h4',
  'blockquote',
  'ul',
  'ol',
  'li',
  'br',
  'hr',
  'strong',
  'b',
  'em',
  'i',
  'a',
];

/** Only what the toolbar could have made: no styles, pictures or tables of wherever it was copied. */
export function cleanPasted(html: string): string {
  const clean = DOMPurify.sanitize(quietMarkup(html), {
    ALLOWED_TAGS: PASTED,
    ALLOWED_ATTR: ['href'],
    ALLOWED_URI_REGEXP: /^(?:https?|mailto|tel):/i,
    ALLOW_DATA_ATTR: false,
  });
  const { body } = new DOMParser().parseFromString(clean, 'text/html');
  // Word processors wrap everything they copy into a bold element that is none.
  for (const wrap of body.querySelectorAll('b:has(p), b:has(ul), b:has(div)')) wrap.replaceWith(...wrap.childNodes);
  for (const link of body.querySelectorAll('a:not([href])')) link.replaceWith(...link.childNodes);
  return body.innerHTML;
}
