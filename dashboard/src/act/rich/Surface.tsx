import type { Node as Piece } from 'prosemirror-model';
import type { EditorState } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { useEffectEvent, useLayoutEffect, useRef, useState } from 'react';
import { LinkBar } from './LinkBar.tsx';
import { linkAt, setLink } from './link.ts';
import { openSurface } from './surface.ts';
import { Toolbar } from './Toolbar.tsx';
import './letter.css';

/** Where the letter is written. It is opened once: what is typed comes out of it, and nothing goes in behind its back. */
export function Surface({ doc, onDoc }: { doc: Piece; onDoc: (doc: Piece) => void }) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const [state, setState] = useState<EditorState | null>(null);
  const [asking, setAsking] = useState(false);
  const start = useRef(doc);
  const written = useRef(doc);
  const hear = useEffectEvent((next: EditorState) => {
    setState(next);
    if (next.doc === written.current) return;
    written.current = next.doc;
    onDoc(next.doc);
  });
  // Before it is painted: what stands below does not move.
  useLayoutEffect(() => {
    if (place.current === null) return;
    const opened = openSurface(place.current, start.current, { state: hear, link: () => setAsking(true) });
    view.current = opened;
    setState(opened.state);
    opened.dom.focus({ preventScroll: true });
    return () => opened.destroy();
  }, []);

  const back = () => {
    setAsking(false);
    view.current?.focus();
  };
  const link = state && linkAt(state);
  return (
    <div className="overflow-hidden rounded-lg border border-line-strong bg-panel focus-within:outline-2 focus-within:outline-accent">
      {state && (
        <>
          <Toolbar
            state={state}
            linked={link !== null}
            onLink={() => setAsking(true)}
            onRun={(command) => {
              if (view.current) command(view.current.state, view.current.dispatch, view.current);
              view.current?.focus();
            }}
          />
          <LinkBar
            key={asking ? 'asking' : String(link?.mark.attrs.href)}
            link={link && { href: String(link.mark.attrs.href), text: link.text }}
            asking={asking}
            onAsk={() => setAsking(true)}
            onSet={(href) => {
              if (view.current) view.current.dispatch(setLink(view.current.state, href));
              back();
            }}
            onClose={back}
          />
        </>
      )}
      <div ref={place} id="letter" />
    </div>
  );
}
