import { useEffect, useEffectEvent } from 'react';

const typesInto = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/**
 * Handlers by key in lower case (`a`, `?`, `enter`); silent while one types, holds a modifier, or a dialog is open.
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
    const handler = handlers[event.key.toLowerCase()];
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
