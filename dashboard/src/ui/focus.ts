import type { KeyboardEvent } from 'react';

/** As a `ref`: the element takes the focus when it appears. Stable, so a new render does not take it again. */
export function focusOnce(element: HTMLElement | null): void {
  element?.focus({ preventScroll: true });
}

/** Closes what is open, and nothing behind it. */
export function onEscape(event: KeyboardEvent, close: () => void): void {
  if (event.key !== 'Escape') return;
  event.preventDefault();
  close();
}

export const SUBJECT_ID = 'draft-subject';

/** To where the draft begins. */
export function focusSubject(): void {
  document.getElementById(SUBJECT_ID)?.focus({ preventScroll: true });
}
