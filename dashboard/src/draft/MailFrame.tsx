import { useEffect, useRef, useState } from 'react';

/** A mail taller than this scrolls inside its frame. */
const MAX_HEIGHT = 40_000;

/**
 * Shows a cleaned document in a frame that may do nothing: no scripts, no origin, no links, no forms. Nobody can look
 * into such a frame, not even to ask its height, so the same document is laid out once out of sight in a frame that
 * cannot run anything either, and measured there.
 */
export function MailFrame({
  document: html,
  title,
  onReady,
}: {
  document: string;
  title: string;
  onReady?: () => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLIFrameElement>(null);
  const [width, setWidth] = useState(0);
  const [height, setHeight] = useState<number | null>(null);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    if (width === 0) return;
    return measure(html, width, (measured) => setHeight(Math.min(measured, MAX_HEIGHT)));
  }, [html, width]);

  useEffect(() => {
    if (height !== null) onReady?.();
  }, [height, onReady]);

  useEffect(() => {
    if (frame.current) frame.current.style.height = `${height ?? 240}px`;
  }, [height]);

  return (
    <div ref={box} className="overflow-hidden rounded-xl border border-line bg-white">
      <iframe
        ref={frame}
        title={title}
        sandbox=""
        srcDoc={html}
        referrerPolicy="no-referrer"
        tabIndex={-1}
        // A click into the mail takes the keyboard along; it comes back when the pointer leaves.
        onPointerLeave={(event) => event.currentTarget.blur()}
        className="block w-full"
      />
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
