import { createStore } from '../lib/store.ts';

export interface Toast {
  id: number;
  text: string;
  tone: 'plain' | 'bad';
  action?: { label: string; run: () => void };
  /** When the offer ends (epoch ms). */
  untilMs: number;
}

export const toasts = createStore<readonly Toast[]>([]);
const MOST = 3;
let last = 0;

/** Says something that needs no answer. Errors stay longer: they are read twice. */
export function say(text: string, options: Partial<Pick<Toast, 'tone' | 'action' | 'untilMs'>> = {}): void {
  last += 1;
  const id = last;
  const tone = options.tone ?? 'plain';
  const untilMs = options.untilMs ?? Date.now() + (tone === 'bad' ? 12_000 : 6_000);
  toasts.set((all) => [...all, { ...options, id, text, tone, untilMs }].slice(-MOST));
  setTimeout(() => dismiss(id), Math.min(untilMs - Date.now(), 2 ** 31 - 1));
}

export function dismiss(id: number): void {
  toasts.set((all) => all.filter((toast) => toast.id !== id));
}
