import { useQuery } from '@tanstack/react-query';
import { accountQueries } from '../api/accounts.ts';
import type { InboxEdit } from './InboxPage.tsx';
import { useMay } from './may.ts';
import { Duration } from './parts/Duration.tsx';
import { Choice, Tick } from './parts/fields.tsx';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

/** How long an inbox's drafts wait for people, and how long an approval can be undone. */
export function ReviewFields({ inbox, set, disabled }: InboxEdit) {
  return (
    <div className="space-y-5">
      <Optional
        label="An approval can be undone"
        hint="The draft leaves only after this time. One that asks for more has more."
        field="For"
        ms={inbox.holdMs === 0 ? null : inbox.holdMs}
        usual={10 * SECOND_MS}
        set={(ms) => set({ holdMs: ms ?? 0 })}
        disabled={disabled}
      />
      <Optional
        label="Reviewers are reminded"
        field="After"
        ms={inbox.remindAfterMs}
        usual={4 * HOUR_MS}
        set={(remindAfterMs) => set({ remindAfterMs })}
        disabled={disabled}
      />
      <Escalation {...{ inbox, set, disabled }} />
      <Optional
        label="A review ends by itself"
        hint="The draft then expires. It is never sent for want of a decision."
        field="After, at the latest"
        ms={inbox.expireAfterMs}
        usual={48 * HOUR_MS}
        set={(expireAfterMs) => set({ expireAfterMs })}
        disabled={disabled}
      />
    </div>
  );
}

function Escalation({ inbox, set, disabled }: InboxEdit) {
  const may = useMay();
  const groups = useQuery({ ...accountQueries.groups(), enabled: may('seePeople') }).data?.items ?? [];
  const { escalateTo } = inbox;
  const names = [...new Set([...(escalateTo === null ? [] : [escalateTo]), ...groups.map(({ name }) => name)])];
  const [first] = names;
  // Nobody to ask: there is nothing to choose.
  if (first === undefined) return null;
  return (
    <div className="space-y-2">
      <Optional
        label="Others are asked as well"
        field="After"
        ms={inbox.escalateAfterMs}
        usual={8 * HOUR_MS}
        set={(ms) => set({ escalateAfterMs: ms, escalateTo: ms === null ? null : (escalateTo ?? first) })}
        disabled={disabled}
      />
      {escalateTo !== null && (
        <Choice
          label="The people of"
          value={escalateTo}
          set={(group) => set({ escalateTo: group })}
          options={names.map((name) => [name, name] as const)}
          disabled={disabled}
        />
      )}
    </div>
  );
}

/** A length of time that may be none. */
function Optional(props: {
  label: string;
  hint?: string;
  field: string;
  ms: number | null;
  usual: number;
  set: (ms: number | null) => void;
  disabled: boolean;
}) {
  const { label, hint, field, ms, usual, set, disabled } = props;
  return (
    <div className="space-y-2">
      <Tick label={label} hint={hint} on={ms !== null} set={(on) => set(on ? usual : null)} disabled={disabled} />
      {ms !== null && (
        <Duration
          label={`${label}: ${field.toLowerCase()}`}
          ms={ms}
          set={(typed) => set(typed ?? Number.NaN)}
          disabled={disabled}
        />
      )}
    </div>
  );
}
