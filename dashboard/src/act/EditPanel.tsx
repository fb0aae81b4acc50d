import { type FormEvent, type KeyboardEvent, useEffect, useState } from 'react';
import type { Draft, Revision } from '../../../src/api/schemas/index.ts';
import { Refused } from '../api/http.ts';
import { queries, queryClient } from '../api/queries.ts';
import { say } from '../app/toasts.ts';
import { useDesk } from '../desk.ts';
import { Button } from '../ui/controls.tsx';
import { onEscape } from '../ui/focus.ts';
import { Conflict } from './Conflict.tsx';
import { clearRefusal, give } from './commands.ts';
import { BodyFields, HeadFields } from './EditFields.tsx';
import { changesOf, keepEdit, keptEdit, type LocalEdit, startEdit } from './local-edit.ts';

/** Edits the draft where it is read. What is typed stays in this tab until it is saved or thrown away. */
export function EditPanel({ draft, base, onSaved }: { draft: Draft; base: Revision; onSaved: () => void }) {
  const { refine } = useDesk();
  const [edit, setEdit] = useState<LocalEdit>(() => keptEdit(draft.id) ?? startEdit(base));
  const [start, setStart] = useState(base);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  // An edit kept from before may have started on an older revision; it is compared with that one.
  useEffect(() => {
    if (edit.baseRevision === start.revision) return;
    void queryClient.fetchQuery(queries.revision(draft.id, edit.baseRevision)).then(setStart, () => undefined);
  }, [edit.baseRevision, start.revision, draft.id]);

  const change = (part: Partial<LocalEdit>) => {
    const next = { ...edit, ...part };
    setEdit(next);
    keepEdit(draft.id, changesOf(next, start) === null ? null : next);
  };
  const leave = () => void refine({ edit: undefined });
  const discard = () => {
    keepEdit(draft.id, null);
    leave();
  };
  const changes = changesOf(edit, start);
  const oneSided = oneSidedWords(edit, start);
  const theirs = draft.current && draft.current.revision > edit.baseRevision ? draft.current : null;

  const save = async (onto: number) => {
    if (changes === null) return;
    setBusy(true);
    setProblem(null);
    try {
      await give(draft, { path: 'edit', body: { baseRevision: onto, content: changes } });
      keepEdit(draft.id, null);
      onSaved();
      leave();
      say(draft.approval ? 'Saved as a new revision. The approval no longer counts.' : 'Saved as a new revision.');
    } catch (error) {
      const stale = error instanceof Refused && error.code === 'stale_revision';
      if (stale) clearRefusal(draft.id);
      else setProblem(error instanceof Error ? error.message : 'The reason is not known.');
      await queryClient.invalidateQueries({ queryKey: ['draft', draft.id] });
    } finally {
      setBusy(false);
    }
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (theirs === null) void save(edit.baseRevision);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    onEscape(event, leave);
    if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) onSubmit(event);
  };

  return (
    <form onSubmit={onSubmit} onKeyDown={onKeyDown} aria-label="Edit the draft" className="space-y-4">
      {theirs && changes && (
        <Conflict
          mine={{ content: { ...start.content, ...changes, attachments: start.content.attachments } }}
          theirs={theirs}
          base={start}
          busy={busy}
          onSaveMine={() => void save(theirs.revision)}
          onKeepTheirs={leave}
        />
      )}
      <HeadFields id={draft.id} edit={edit} onChange={change} derived={start.content.reply !== null} />
      <BodyFields edit={edit} onChange={change} />
      {oneSided && <p className="rounded-lg bg-warn-soft px-3 py-2 text-warn">{oneSided}</p>}
      {problem && (
        <p role="alert" className="rounded-lg bg-bad-soft px-3 py-2 text-bad">
          Not saved: {problem}
        </p>
      )}
      <div className="sticky bottom-0 -mx-4 flex flex-wrap items-center gap-2 border-t border-line bg-panel px-4 py-3 tablet:mx-0 tablet:px-0">
        <p className="mr-auto text-xs text-muted">
          {changes ? 'Kept in this tab until you save.' : 'Nothing changed yet.'}
          {draft.approval && ' Saving voids the approval.'}
        </p>
        <Button look="quiet" onClick={discard}>
          {changes ? 'Discard' : 'Close'}
        </Button>
        {changes && <Button onClick={leave}>Later</Button>}
        <Button type="submit" look="primary" disabled={busy || changes === null || theirs !== null}>
          {busy ? 'Saving…' : 'Save revision'}
        </Button>
      </div>
    </form>
  );
}

/** Two bodies of which one alone was changed are two letters. */
function oneSidedWords({ text, html }: LocalEdit, { content }: Revision): string | null {
  if (content.html === '' || html === '' || content.text === '') return null;
  const [textChanged, htmlChanged] = [text !== content.text, html !== content.html];
  if (textChanged === htmlChanged) return null;
  return textChanged
    ? 'Only the plain-text part is changed. Most recipients see the HTML, which still says what it said.'
    : 'The plain-text part still says what it said before. Some recipients read only that.';
}
