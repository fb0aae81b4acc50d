import { useEffect, useEffectEvent } from 'react';
import { singleKeys } from './single-keys.ts';

/** A row's box takes no letters: whoever has just chosen a draft by it goes on with keys. One of a form is filled in. */
const typesInto = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
  !(target instanceof HTMLInputElement && target.type === 'checkbox' && target.form === null);

/** A letter with the shift key is another key than the letter; of signs the key's own name says which it is. */
const nameOf = ({ key, shiftKey }: KeyboardEvent) => {
  const name = key.toLowerCase();
  return shiftKey && /^[a-z]$/.test(name) ? `shift+${name}` : name;
};

/**
 * Handlers by key in lower case (`a`, `shift+a`, `?`, `enter`); silent while one types, holds another modifier, or a
 * dialog is open. Keys of one character are silent where they are turned off.
 * `first`: asked before the others, for what lies on top of the page.
 */
export function useKeys(handlers: Partial<Record<string, () => void>>, first = false): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (typesInto(event.target) || document.querySelector('dialog[open]')) return;
    // Enter on a button or link presses that.
    if (event.key === 'Enter' && event.target instanceof Element && event.target.closest('a, button, summary')) return;
    // A key held down walks through the list; it must not walk through decisions.
    if (event.repeat && !/^(?:[jk]|arrow(?:up|down))$/i.test(event.key)) return;
    if (event.key.length === 1 && !singleKeys.get()) return;
    const handler = handlers[nameOf(event)];
    if (!handler) return;
    event.preventDefault();
    handler();
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKey(event);
    window.addEventListener('keydown', listen, first);
    return () => window.removeEventListener('keydown', listen, first);
  }, [first]);
}
