import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { PolicyPut } from '../../../src/api/schemas/index.ts';
import { type PolicyRules, policies, policyQueries, type TypedPolicy } from '../api/policies.ts';
import { Button, Field, inputLook } from '../ui/controls.tsx';
import { DryRunSection } from './DryRun.tsx';
import { useMay } from './may.ts';
import { Dialog, Fault } from './parts/Dialog.tsx';
import { Text } from './parts/fields.tsx';
import { Loaded, Page, Section } from './parts/Page.tsx';
import { useChange } from './use-change.ts';

const START: PolicyRules = { ownDomains: [], rules: [] };

/** Rules as the JSON they are kept in: changed, tried on past drafts, and put in force. */
export function RuleEditor() {
  const { from } = useSearch({ from: '/settings/rules/edit' });
  const active = useQuery(policyQueries.active());
  const chosen = useQuery({ ...policyQueries.version(from ?? 0), enabled: from !== undefined });
  const above = (
    <Link to="/settings/rules" className="mb-1 inline-block text-muted hover:text-ink hover:underline">
      ← Rules
    </Link>
  );
  return (
    <Page
      title={from === undefined ? 'Change rules' : `Rules of version ${from}`}
      lead="Rules are typed: what does not fit is named. Trying them changes nothing."
      above={above}
    >
      <Loaded query={active}>
        {(now) =>
          from === undefined ? (
            <Editor start={now.active?.policy ?? START} base={now.active?.version ?? null} />
          ) : (
            <Loaded query={chosen}>
              {({ policy }) => <Editor key={from} start={policy} base={now.active?.version ?? null} />}
            </Loaded>
          )
        }
      </Loaded>
    </Page>
  );
}

function Editor(props: { start: PolicyRules; base: number | null }) {
  const may = useMay();
  const navigate = useNavigate();
  // As they were when the page was opened: what somebody else puts in force meanwhile is a conflict, and is said.
  const [{ start, base }] = useState(props);
  const [text, setText] = useState(() => JSON.stringify(start, null, 2));
  const [comment, setComment] = useState('');
  const [asking, setAsking] = useState(false);
  const [notes, setNotes] = useState<readonly string[]>([]);
  const put = useChange((body: TypedPolicy) => policies.put(body), {
    done: ({ changed, active }) =>
      changed ? `Version ${active.version} decides from now on.` : 'These rules decide already.',
    refresh: [['policies'], ['settings-log']],
  });
  const read = parsed(text);
  const finish = (answer: PolicyPut) => {
    setAsking(false);
    setNotes(answer.notes);
    if (answer.notes.length === 0) void navigate({ to: '/settings/rules' });
  };
  return (
    <>
      <Section title="Rules as JSON">
        <div className="space-y-4">
          <Field label="ownDomains and rules, in the order in which they are asked">
            <textarea
              rows={18}
              spellCheck={false}
              autoCapitalize="off"
              value={text}
              onChange={(event) => setText(event.target.value)}
              className={`${inputLook} font-mono text-xs leading-5`}
            />
          </Field>
          {'problem' in read && (
            <p role="alert" className="text-bad">
              This is no JSON: {read.problem}
            </p>
          )}
          {notes.length > 0 && (
            <div role="status" className="rounded-lg bg-warn-soft px-3 py-2 text-warn">
              <p>They decide now. Is this meant?</p>
              <ul className="list-disc pl-4">
                {notes.map((note) => (
                  <li key={note}>{note}</li>
                ))}
              </ul>
            </div>
          )}
          {!asking && <Fault error={put.error} />}
          {may('rules') && (
            <div className="flex flex-wrap items-end gap-3">
              <div className="min-w-0 flex-1 basis-60">
                <Text label="What changed, for the record" value={comment} set={setComment} maxLength={500} />
              </div>
              <Button look="primary" disabled={'problem' in read} onClick={() => setAsking(true)}>
                Put in force
              </Button>
            </div>
          )}
        </div>
      </Section>
      <DryRunSection policy={'value' in read ? read.value : null} />
      {asking && 'value' in read && (
        <Dialog
          title="Put these rules in force?"
          action="Put in force"
          onAction={() =>
            put.go(
              { policy: read.value, baseVersion: base, ...(comment.trim() !== '' && { comment: comment.trim() }) },
              finish,
            )
          }
          onClose={() => setAsking(false)}
          busy={put.busy}
          error={put.error}
        >
          <p>
            They become a new version and decide from now on: for each draft when it is written, when it is due and when
            it is sent. {base === null ? '' : `Version ${base} stays and can be used again.`}
          </p>
        </Dialog>
      )}
    </>
  );
}

function parsed(text: string): { value: unknown } | { problem: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : 'it cannot be read' };
  }
}
