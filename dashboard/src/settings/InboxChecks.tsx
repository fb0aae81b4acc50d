import { CHECK_CHOICES, type CheckAction, type ConfigurableCheck } from '../../../src/domain/preflight.ts';
import { inputLook } from '../ui/controls.tsx';
import type { InboxEdit } from './InboxPage.tsx';
import { ACTION_WORDS, CHECK_WORDS } from './words.ts';

const CHECK_IDS = Object.keys(CHECK_CHOICES).filter((name): name is ConfigurableCheck => name in CHECK_CHOICES);

/** Each check with what it does when it fails here, and what that means. */
export function InboxChecks({ inbox, set, disabled }: InboxEdit) {
  return (
    <ul>
      {CHECK_IDS.map((check) => {
        const choices: readonly CheckAction[] = CHECK_CHOICES[check];
        const standard = choices[0] ?? 'review';
        const chosen: CheckAction = inbox.checks[check] ?? standard;
        return (
          <li
            key={check}
            className="grid gap-x-6 gap-y-2 border-t border-line px-4 py-3 tablet:grid-cols-2 tablet:px-5"
          >
            <div>
              <label htmlFor={`check-${check}`} className="font-semibold">
                {CHECK_WORDS[check].title}
              </label>
              <p className="text-muted">{CHECK_WORDS[check].says}</p>
            </div>
            <div>
              <select
                id={`check-${check}`}
                aria-describedby={`does-${check}`}
                className={inputLook}
                disabled={disabled}
                value={chosen}
                onChange={(event) => {
                  const next = choices.find((action) => action === event.target.value);
                  if (next) set({ checks: { ...inbox.checks, [check]: next } });
                }}
              >
                {choices.map((action) => (
                  <option key={action} value={action}>
                    {ACTION_WORDS[action].word}
                    {action === standard ? ' (usual)' : ''}
                  </option>
                ))}
              </select>
              <p id={`does-${check}`} className={`mt-1 text-xs ${chosen === 'warn' ? 'text-warn' : 'text-muted'}`}>
                {ACTION_WORDS[chosen].says}
              </p>
            </div>
          </li>
        );
      })}
    </ul>
  );
}
