import { Field, inputLook } from '../ui/controls.tsx';
import type { InboxEdit } from './InboxPage.tsx';
import { Duration } from './parts/Duration.tsx';
import { Choice, Text, Tick } from './parts/fields.tsx';
import { FOREIGN_WORDS, MODE_IDS, MODES } from './words.ts';

const DAY_MS = 86_400_000;

export function ModeFields({ inbox, set, disabled }: InboxEdit) {
  return (
    <div className="space-y-4">
      <fieldset disabled={disabled} className="space-y-1">
        <legend className="sr-only">Oversight mode</legend>
        {MODE_IDS.map((mode) => (
          <label
            key={mode}
            className={`flex gap-3 rounded-lg px-3 py-2 ${inbox.mode === mode ? 'bg-selected' : 'hover:bg-hover'}`}
          >
            <input
              type="radio"
              name="mode"
              value={mode}
              checked={inbox.mode === mode}
              onChange={() => set({ mode })}
              className="mt-0.5 size-4 shrink-0"
            />
            <span>
              <span className="block font-semibold">{MODES[mode].word}</span>
              <span className="block text-muted">{MODES[mode].says}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {inbox.mode === 'monitor' && (
        <Duration
          label="Hold before a draft goes"
          ms={inbox.monitorHoldMs}
          set={(ms) => set({ monitorHoldMs: ms ?? Number.NaN })}
          disabled={disabled}
        />
      )}
    </div>
  );
}

export function ApprovalFields({ inbox, set, disabled }: InboxEdit) {
  return (
    <div className="space-y-5">
      <div className="grid gap-5 tablet:grid-cols-2">
        <Duration
          label="An approval counts for"
          hint="Counted from the approval or from the due time, whichever is later."
          ms={inbox.maxApprovalAgeMs}
          set={(ms) => set({ maxApprovalAgeMs: ms ?? Number.NaN })}
          disabled={disabled}
        />
        <div className="space-y-2">
          <Tick
            label="Drafts grow stale"
            hint="At the moment of sending, a text older than this is not sent unseen."
            on={inbox.maxDraftAgeMs !== null}
            set={(on) => set({ maxDraftAgeMs: on ? 7 * DAY_MS : null })}
            disabled={disabled}
          />
          {inbox.maxDraftAgeMs !== null && (
            <Duration
              label="After"
              ms={inbox.maxDraftAgeMs}
              set={(ms) => set({ maxDraftAgeMs: ms ?? Number.NaN })}
              disabled={disabled}
            />
          )}
        </div>
      </div>
      <div className="space-y-3">
        <Tick
          label="Whoever wrote a revision may also approve it"
          hint="Off keeps two people between an edit and its send."
          on={inbox.editorMayApprove}
          set={(editorMayApprove) => set({ editorMayApprove })}
          disabled={disabled}
        />
        <Tick
          label="Whoever asked for a draft, or owns the agent that did, may also approve it"
          on={inbox.creatorMayApprove}
          set={(creatorMayApprove) => set({ creatorMayApprove })}
          disabled={disabled}
        />
        <Tick
          label="Answers to the mail that asks for a review decide"
          hint="Only where the server allows them, too. A rule may say otherwise for some drafts."
          on={inbox.replyApproval}
          set={(replyApproval) => set({ replyApproval })}
          disabled={disabled}
        />
        <Tick
          label="Approvals by plain Temporal signal count"
          hint="Nobody can prove who sent such a signal: they are recorded as unverified."
          on={inbox.acceptUnverifiedSignals}
          set={(acceptUnverifiedSignals) => set({ acceptUnverifiedSignals })}
          disabled={disabled}
        />
      </div>
    </div>
  );
}

export function DraftFields({ inbox, set, disabled }: InboxEdit) {
  return (
    <div className="space-y-5">
      <Choice
        label="Drafts that others make at AgentMail"
        value={inbox.foreignDrafts}
        set={(foreignDrafts) => set({ foreignDrafts })}
        options={[
          ['alert', FOREIGN_WORDS.alert],
          ['adopt', FOREIGN_WORDS.adopt],
          ['ignore', FOREIGN_WORDS.ignore],
        ]}
        disabled={disabled}
      />
      <Tick
        label="Delete an adopted draft that ends unsent"
        on={inbox.deleteAdopted}
        set={(deleteAdopted) => set({ deleteAdopted })}
        disabled={disabled}
      />
      <Tick
        label="Keep this inbox's suppressions on AgentMail's block list, too"
        on={inbox.mirrorSuppressions}
        set={(mirrorSuppressions) => set({ mirrorSuppressions })}
        disabled={disabled}
      />
      <Field
        label="Footer that AgentMail adds to each message"
        hint="Named here, it is not taken for a change of what was approved."
      >
        <textarea
          rows={3}
          maxLength={10_000}
          disabled={disabled}
          value={inbox.declaredFooter ?? ''}
          onChange={(event) => set({ declaredFooter: event.target.value === '' ? null : event.target.value })}
          className={`${inputLook} font-mono`}
        />
      </Field>
    </div>
  );
}

export function SendFields({ inbox, set, disabled }: InboxEdit) {
  return (
    <div className="grid gap-5 tablet:grid-cols-2">
      <Text
        label="Send requests before a person is asked"
        inputMode="numeric"
        disabled={disabled}
        value={Number.isNaN(inbox.maxAttempts) ? '' : String(inbox.maxAttempts)}
        set={(text) => set({ maxAttempts: /^\d+$/.test(text) ? Number(text) : Number.NaN })}
      />
      <Duration
        label="How long AgentMail may be out of reach before a person is asked"
        ms={inbox.sendPatienceMs}
        set={(ms) => set({ sendPatienceMs: ms ?? Number.NaN })}
        disabled={disabled}
      />
    </div>
  );
}
