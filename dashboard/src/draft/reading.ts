import { useEffect, useRef } from 'react';
import { createStore } from '../lib/store.ts';

/** Revisions whose end was on screen in this tab. Reading one says nothing of the next. */
export const readRevisions = createStore<ReadonlySet<string>>(new Set());

export const readingKey = (draftId: string, revision: number): string => `${draftId}#${revision}`;

/** Stands at the end of a text; when it was on screen, the text counts as read. */
export function useEndMark(name: string) {
  const mark = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = mark.current;
    if (!element) return;
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      readRevisions.set((read) => (read.has(name) ? read : new Set(read).add(name)));
      observer.disconnect();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [name]);
  return mark;
}

/** By draft, the latest message of its thread that was on screen in this tab, in the thread's own view. */
export const readThreads = createStore<ReadonlyMap<string, string>>(new Map());

export const noteThreadRead = (draftId: string, messageId: string): void =>
  readThreads.set((read) => (read.get(draftId) === messageId ? read : new Map(read).set(draftId, messageId)));
