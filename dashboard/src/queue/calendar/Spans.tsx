import { SPANS, useDesk } from '../../desk.ts';

const WORDS = { week: 'Week', month: 'Month' };

/** The list as it is, or under a calendar. */
export function Spans() {
  const { show, refine } = useDesk();
  const choice = (value: (typeof SPANS)[number] | undefined, word: string) => (
    <button
      key={word}
      type="button"
      aria-pressed={show === value}
      onClick={() => void refine({ show: value, ...(value === undefined && { day: undefined }) })}
      className={`grow rounded-md px-3 py-1 ${show === value ? 'bg-panel font-semibold shadow-sm' : 'text-muted hover:text-ink'}`}
    >
      {word}
    </button>
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: buttons, not fields of a form
    <div role="group" aria-label="Show as" className="flex w-full rounded-lg bg-sunken p-0.5">
      {choice(undefined, 'List')}
      {SPANS.map((span) => choice(span, WORDS[span]))}
    </div>
  );
}
