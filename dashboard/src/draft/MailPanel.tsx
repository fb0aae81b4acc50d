import { useDeferredValue, useMemo, useState } from 'react';
import type { Revision } from '../../../src/api/schemas/index.ts';
import { cleanMail } from '../lib/mail-html.ts';
import { linksInText } from '../lib/mail-links.ts';
import { Button } from '../ui/controls.tsx';
import { Attachments } from './Attachments.tsx';
import { EndMark } from './EndMark.tsx';
import { useInlineImages } from './inline-images.ts';
import { isLarge, LargeMail } from './LargeMail.tsx';
import { LinkList } from './LinkList.tsx';
import { MailFrame } from './MailFrame.tsx';
import { PlainText } from './TextPanel.tsx';

/** The mail as its recipient would see it. */
export function MailPanel({ revision }: { revision: Revision }) {
  const { content } = revision;
  return (
    <>
      {content.html.trim() === '' ? (
        <>
          <PlainText text={content.text} />
          <EndMark revision={revision} />
          <LinkList links={linksInText(content.text)} />
        </>
      ) : (
        <LargeMail large={isLarge(content.html)} content={content}>
          <HtmlMail revision={revision} />
        </LargeMail>
      )}
      <Attachments revision={revision} />
    </>
  );
}

function HtmlMail({ revision }: { revision: Revision }) {
  const { content } = revision;
  const [remote, setRemote] = useState(false);
  const [whole, setWhole] = useState(false);
  const html = useDeferredValue(content.html);
  const inline = useInlineImages(content);
  const mail = useMemo(() => cleanMail(html, { remoteImages: remote, inlineImages: inline }), [html, remote, inline]);
  return (
    <>
      {mail.remoteImages > 0 && !remote && (
        <p className="mb-3 flex flex-wrap items-center gap-2 rounded-xl bg-sunken px-4 py-2 text-muted">
          <span className="mr-auto">
            {mail.remoteImages === 1 ? '1 image is' : `${mail.remoteImages} images are`} kept from loading: fetching it
            would tell its server that somebody is reading.
          </span>
          <Button onClick={() => setRemote(true)}>Show images</Button>
        </p>
      )}
      <MailFrame document={mail.document} title={`Mail: ${content.subject}`} onReady={setWhole} />
      {whole && <EndMark revision={revision} />}
      <LinkList links={mail.links} />
    </>
  );
}
