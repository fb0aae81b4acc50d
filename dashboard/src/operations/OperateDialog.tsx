import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Operation, OperationFilter, PreviewOperation } from '../../../src/api/schemas/index.ts';
import { operations } from '../api/operations.ts';
import { reviewQueries } from '../api/review.ts';
import { Dialog } from '../settings/parts/Dialog.tsx';
import { Choice, Text } from '../settings/parts/fields.tsx';
import { useChange } from '../settings/use-change.ts';
import { Field, inputLook } from '../ui/controls.tsx';
import { Preview } from './Preview.tsx';
import { ACTIONS, actOn, HINTS } from './words.ts';

const NOBODY = '';

/** For all that match: what to do, then which drafts that would be, then do it. */
export function OperateDialog(props: {
  target: { filter: OperationFilter } | { drafts: string[] };
  /** What is done to them, where that is said already. */
  action?: Operation['action'];
  title: string;
  onClose: () => void;
  onBegun?: () => void;
}) {
  const { target, title, onClose, onBegun } = props;
  const navigate = useNavigate();
  const [action, setAction] = useState(props.action ?? 'pause');
  const [person, setPerson] = useState(NOBODY);
  const [comment, setComment] = useState('');
  const [made, setMade] = useState<Operation | null>(null);
  const preview = useChange((input: PreviewOperation) => operations.preview(input), { refresh: [] });
  const run = useChange((id: string) => operations.run(id), { refresh: [['operations']] });
  const noted = (action === 'pause' || action === 'recompose') && comment.trim() !== '';
  const ask = () =>
    preview.go(
      {
        action,
        ...target,
        ...(action === 'reassign' && { person: person === NOBODY ? null : person }),
        ...(noted && { comment: comment.trim() }),
      },
      setMade,
    );
  const begin = (id: string) =>
    run.go(id, () => {
      onBegun?.();
      onClose();
      void navigate({ to: '/operations/$operationId', params: { operationId: id } });
    });
  if (made !== null) {
    const { waiting } = made.counts;
    return (
      <Dialog
        title={waiting === 0 ? 'None of them can take it' : `${actOn(action, waiting)}?`}
        action={waiting === 0 ? 'Choose again' : actOn(action, waiting)}
        onAction={() => (waiting === 0 ? setMade(null) : begin(made.id))}
        onClose={onClose}
        busy={run.busy}
        error={run.error}
        wide
      >
        <Preview operation={made} />
      </Dialog>
    );
  }
  return (
    <Dialog
      title={title}
      action="Preview"
      onAction={ask}
      onClose={onClose}
      busy={preview.busy}
      error={preview.error}
      wide
    >
      {props.action === undefined ? (
        <Choice label="What to do" value={action} set={setAction} options={ACTIONS} hint={HINTS[action]} />
      ) : (
        <p className="text-muted">{HINTS[action]}</p>
      )}
      {action === 'reassign' && <Whom person={person} set={setPerson} />}
      {action === 'pause' && (
        <Text label="Why (kept with each draft)" value={comment} set={setComment} maxLength={2_000} />
      )}
      {action === 'recompose' && (
        <Field label="What the new text is to heed (may be empty)">
          <textarea
            rows={3}
            maxLength={2_000}
            value={comment}
            onChange={(event) => setComment(event.target.value)}
            className={inputLook}
          />
        </Field>
      )}
      <p className="text-muted">Nothing happens yet: the preview shows which drafts it would be.</p>
    </Dialog>
  );
}

function Whom({ person, set }: { person: string; set: (person: string) => void }) {
  const { data } = useQuery(reviewQueries.reviewers());
  return (
    <Field label="To whom">
      <select value={person} onChange={(event) => set(event.target.value)} className={inputLook}>
        <option value={NOBODY}>Nobody: whoever has them lets go</option>
        {data?.items.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </Field>
  );
}
