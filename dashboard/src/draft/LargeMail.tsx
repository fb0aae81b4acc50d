import { type ReactNode, useEffect, useState } from 'react';
import type { Revision } from '../../../src/api/schemas/index.ts';
import { bytes } from '../lib/words.ts';
import { Button } from '../ui/controls.tsx';
import { PlainText } from './TextPanel.tsx';

/** Longer HTML takes longer to clean and lay out than anybody waits unasked. */
const LARGE = 1_000_000;
/** The words have to be on screen before the work begins. */
const PAINT_MS = 50;

export const isLarge = (html: string): boolean => html.length > LARGE;

/** A very long mail is laid out when it is asked for; until then its text is here, and the desk stays at hand. */
export function LargeMail(props: { large: boolean; content: Revision['content']; children: ReactNode }) {
  const { large, content, children } = props;
  const [step, setStep] = useState<'asked' | 'begun' | 'shown'>(large ? 'asked' : 'shown');
  useEffect(() => {
    if (step !== 'begun') return;
    const timer = setTimeout(() => setStep('shown'), PAINT_MS);
    return () => clearTimeout(timer);
  }, [step]);
  if (step === 'shown') return children;
  return (
    <>
      <p className="mb-3 flex flex-wrap items-center gap-2 rounded-xl bg-sunken px-4 py-2 text-muted">
        <span role="status" className="mr-auto">
          {step === 'begun'
            ? 'Laying it out…'
            : `This mail is ${bytes(content.html.length)} of HTML. Laying it out may hold this page up for some seconds.`}
        </span>
        <Button disabled={step === 'begun'} onClick={() => setStep('begun')}>
          Show it
        </Button>
      </p>
      <PlainText text={content.text} />
    </>
  );
}
