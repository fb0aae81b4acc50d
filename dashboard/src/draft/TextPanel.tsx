import type { Revision } from '../../../src/api/schemas/index.ts';
import { plain } from '../lib/plain.ts';
import { Empty } from '../ui/states.tsx';
import { Attachments } from './Attachments.tsx';
import { EndMark } from './EndMark.tsx';

export function PlainText({ text }: { text: string }) {
  return <div className="max-w-[70ch] text-[15px] leading-6 break-words whitespace-pre-wrap">{plain(text)}</div>;
}

export function TextPanel({ revision }: { revision: Revision }) {
  const { text, html } = revision.content;
  if (text.trim() === '') return <Empty title="This email has no plain text.">Its HTML is under Mail.</Empty>;
  return (
    <>
      <PlainText text={text} />
      {/* Who reads only the text of a mail with HTML has not seen what most recipients will. */}
      {html.trim() === '' && <EndMark revision={revision} />}
      <Attachments revision={revision} />
    </>
  );
}
