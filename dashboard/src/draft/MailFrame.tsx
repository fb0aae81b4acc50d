import { useEffect, useRef, useState } from 'react';
import { Button } from '../ui/controls.tsx';

/** Of a mail taller than this the beginning is shown, and all of it when it is asked for. */
const MAX_HEIGHT = 40_000;

/**
 * Shows a cleaned document in a frame that may do nothing: no scripts, no origin, no links, no forms. Nobody can look
 * into such a frame, not even to ask its height, so the same document is laid out once out of sight in a frame that
 * cannot run anything either, and measured there. `onReady` is told whether its end is in the page: only what can be
 * scrolled to can have been read.
 */
export function MailFrame({
  document: html,
  title,
  onReady,
}: {
  document: string;
  title: string;
  onReady?: (whole: boolean) => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLIFrameElement>(null);
  const [width, setWidth] = useState(0);
  const [measured, setMeasured] = useState<number | null>(null);
  const [all, setAll] = useState(false);
  const cut = measured !== null && measured > MAX_HEIGHT && !all;
  const height = cut ? MAX_HEIGHT : measured;

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    if (width === 0) return;
    return measure(html, width, setMeasured);
  }, [html, width]);

  useEffect(() => {
    if (height !== null) onReady?.(!cut);
  }, [height, cut, onReady]);

  useEffect(() => {
    if (frame.current) frame.current.style.height = `${height ?? 240}px`;
  }, [height]);

  const showAll = () => {
    setAll(true);
    // The button goes: without the focus the keyboard could not scroll on from here.
    box.current?.focus({ preventScroll: true });
  };
  return (
    <div ref={box} tabIndex={-1} className="overflow-hidden rounded-xl border border-line bg-white outline-none">
      <iframe
        ref={frame}
        title={title}
        sandbox=""
        srcDoc={html}
        referrerPolicy="no-referrer"
        tabIndex={-1}
        // A click into the mail takes the keyboard along; it comes back when the pointer leaves.
        onPointerLeave={(event) => event.currentTarget.blur()}
        // What is cut off is not reached by a wheel that scrolls inside; the page goes on to the button.
        scrolling={cut ? 'no' : undefined}
        className="block w-full"
      />
      {cut && (
        <p className="flex flex-wrap items-center gap-2 border-t border-line bg-sunken px-4 py-2 text-muted">
          <span role="status" className="mr-auto">
            This mail is very long: its end is not shown yet.
          </span>
          <Button onClick={showAll}>Show all of it</Button>
        </p>
      )}
    </div>
  );
}

function measure(html: string, width: number, onHeight: (height: number) => void): () => void {
  const probe = document.createElement('iframe');
  probe.setAttribute('sandbox', 'allow-same-origin');
  probe.setAttribute('aria-hidden', 'true');
  probe.tabIndex = -1;
  Object.assign(probe.style, { position: 'fixed', top: '0', left: '-10000px', visibility: 'hidden', border: '0' });
  Object.assign(probe.style, { width: `${width}px`, height: '80px' });
  probe.addEventListener('load', () => {
    const laidOut = probe.contentDocument?.documentElement;
    if (laidOut) onHeight(Math.ceil(laidOut.scrollHeight));
    probe.remove();
  });
  probe.srcdoc = html;
  document.body.append(probe);
  return () => probe.remove();
}
