import type { Node as Piece } from 'prosemirror-model';
import { useMemo, useState } from 'react';
import { Button } from '../../ui/controls.tsx';
import type { LocalEdit } from '../local-edit.ts';
import { PlainPart } from '../PlainPart.tsx';
import { SourceFields } from '../SourceFields.tsx';
import { openLetter, writeLetter } from './letter.ts';
import { Surface } from './Surface.tsx';
import { letterText, sameWords } from './text.ts';

interface Part {
  edit: LocalEdit;
  onChange: (change: Partial<LocalEdit>) => void;
}

/** The body of a mail with HTML: as a letter where that loses nothing, else as source, saying why. */
export function RichBody({ edit, onChange }: Part) {
  const [asSource, setAsSource] = useState(false);
  // Read when it is opened: what is written on the surface is not read back into it.
  const [opened, setOpened] = useState(() => openLetter(edit.html));
  const letter = 'doc' in opened ? opened : null;
  if (letter === null || asSource) {
    const toLetter = () => {
      const again = openLetter(edit.html);
      setOpened(again);
      setAsSource(!('doc' in again));
    };
    return (
      <SourceFields edit={edit} onChange={onChange}>
        <p role="status" className="flex flex-wrap items-center gap-2 rounded-lg bg-sunken px-3 py-2">
          <span className="mr-auto min-w-0">
            {letter === null && 'why' in opened
              ? `Edited as source: ${opened.why}. Writing it as a letter would lose that.`
              : 'Edited as source.'}
          </span>
          <Button onClick={toLetter}>{letter === null ? 'Try as a letter again' : 'Edit as a letter'}</Button>
        </p>
      </SourceFields>
    );
  }
  return <LetterFields letter={letter} edit={edit} onChange={onChange} onSource={() => setAsSource(true)} />;
}

function LetterFields({
  letter,
  edit,
  onChange,
  onSource,
}: Part & { letter: Exclude<ReturnType<typeof openLetter>, { why: string }>; onSource: () => void }) {
  const [doc, setDoc] = useState<Piece>(letter.doc);
  const follows = edit.follows ?? sameWords(edit.text, letterText(letter.doc));
  const framed = useMemo(() => /<(?:body|div|td)\b/i.test(letter.shell.before), [letter]);
  const onDoc = (next: Piece) => {
    setDoc(next);
    const html = writeLetter(letter, next);
    // Untouched, the text part stays as its author wrote it.
    const text = follows && html !== letter.shell.source ? { text: letterText(next) } : {};
    onChange({ html, follows, ...text });
  };
  return (
    <>
      <div>
        <div className="mb-1 flex items-baseline gap-2">
          <h2 className="mr-auto text-xs text-muted">Letter{framed && '. The layout around it stays as it is.'}</h2>
          <button type="button" onClick={onSource} className="text-xs text-muted underline hover:text-ink">
            Edit the source
          </button>
        </div>
        <Surface doc={letter.doc} onDoc={onDoc} />
      </div>
      <PlainPart
        edit={edit}
        follows={follows}
        onFollow={(on) => onChange({ follows: on, ...(on && { text: letterText(doc) }) })}
        onText={(text) => onChange({ text, follows: false })}
      />
    </>
  );
}
