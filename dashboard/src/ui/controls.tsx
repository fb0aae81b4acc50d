import type { ComponentProps, ReactNode } from 'react';
import type { DraftStatus } from '../../../src/domain/state.ts';
import { singleKeys } from '../lib/single-keys.ts';
import { useStore } from '../lib/store.ts';
import { STATUS, type Tone } from '../lib/words.ts';

type Look = 'primary' | 'plain' | 'danger' | 'quiet';
const LOOKS: Record<Look, string> = {
  primary: 'bg-accent text-on-accent border-transparent hover:not-disabled:bg-accent-hover',
  plain: 'bg-panel text-ink border-line hover:not-disabled:bg-hover',
  danger: 'bg-panel text-bad border-line hover:not-disabled:bg-bad-soft',
  quiet: 'text-muted border-transparent hover:not-disabled:bg-hover hover:not-disabled:text-ink',
};

type ButtonProps = ComponentProps<'button'> & { look?: Look; shortcut?: string };

/** `shortcut`: as `aria-keyshortcuts` writes it, such as `A` or `Shift+A`. */
export function Button({ look = 'plain', shortcut, children, className = '', ...rest }: ButtonProps) {
  const told = useStore(singleKeys) ? shortcut : undefined;
  return (
    <button
      type="button"
      aria-keyshortcuts={told}
      className={`inline-flex h-9 shrink-0 items-center justify-center gap-2 rounded-lg border px-3 font-semibold whitespace-nowrap motion-safe:transition-colors motion-safe:duration-100 disabled:cursor-default disabled:opacity-55 tablet:h-8 ${LOOKS[look]} ${className}`}
      {...rest}
    >
      {children}
      {told && <Key on={look === 'primary'}>{told.replace('Shift+', '⇧')}</Key>}
    </button>
  );
}

/** The key that does the same, where such keys are on. */
export function Hint({ children }: { children: string }) {
  return useStore(singleKeys) ? <Key>{children}</Key> : null;
}

export function Key({ children, on = false }: { children: ReactNode; on?: boolean }) {
  const colours = on ? 'border-current' : 'border-line bg-sunken text-muted';
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: it takes no focus; the key is named by aria-keyshortcuts
    <kbd
      aria-hidden="true"
      className={`hidden min-w-5 rounded border px-1 text-center font-sans text-[11px] leading-4 font-normal tablet:inline-block ${colours}`}
    >
      {children}
    </kbd>
  );
}

export const TONES: Record<Tone, string> = {
  info: 'bg-info-soft text-info',
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  muted: 'bg-sunken text-muted',
};

export function StatusPill({ status }: { status: DraftStatus }) {
  const { word, tone } = STATUS[status];
  return (
    <span className={`inline-block rounded-full px-2 text-xs leading-5 font-semibold whitespace-nowrap ${TONES[tone]}`}>
      {word}
    </span>
  );
}

export function Field({ label, children, hint }: { label: string; children: ReactNode; hint?: string }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label className="block">
      <span className="mb-1 block text-xs text-muted">{label}</span>
      {children}
      {hint && <span className="mt-1 block text-xs text-muted">{hint}</span>}
    </label>
  );
}

export const inputLook =
  'w-full rounded-lg border border-line-strong bg-panel px-3 py-1.5 text-base tablet:text-sm disabled:opacity-55';
