import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ProviderDraft, ProviderMessage } from '../../src/agentmail/index.ts';
import {
  attachmentDifferences,
  contentDifferences,
  messageDifferences,
  snapshotDifferences,
  snapshotOf,
} from '../../src/agentmail/index.ts';
import type { EmailContent } from '../../src/domain/content.ts';
import { sha256Hex } from '../../src/domain/digest.ts';
import type { ProviderSnapshot } from '../../src/store/types.ts';

const address = fc
  .tuple(fc.stringMatching(/^[a-z0-9]{1,8}$/), fc.stringMatching(/^[a-z]{1,8}\.(com|org)$/))
  .map(([user, host]) => `${user}@${host}`);
const recipient = fc.oneof(
  address,
  fc.tuple(fc.stringMatching(/^[A-Z][a-z]{1,8}$/), address).map(([name, mail]) => `${name} <${mail}>`),
);
const recipients = fc.array(recipient, { maxLength: 4 });
const body = fc.string({ maxLength: 60 });
const nullable = fc.option(fc.stringMatching(/^[a-z0-9]{1,12}$/));
const file = fc.record({
  attachmentId: fc.uuid(),
  size: fc.nat(),
  filename: fc.option(fc.stringMatching(/^[a-z]{1,8}\.pdf$/)),
  contentType: fc.option(fc.constantFrom('application/pdf', 'image/png')),
  disposition: fc.constantFrom('attachment' as const, 'inline' as const, null),
  contentId: nullable,
});

const snapshots: fc.Arbitrary<ProviderSnapshot> = fc.record({
  providerDraftId: fc.uuid(),
  to: recipients,
  cc: recipients,
  bcc: recipients,
  replyTo: recipients,
  subject: body,
  text: body,
  html: body,
  attachments: fc.uniqueArray(file, { maxLength: 3, selector: (one) => one.attachmentId }),
  inReplyTo: nullable,
  forwardOf: nullable,
  sendAt: fc.option(fc.date({ noInvalidDate: true }).map((date) => date.toISOString())),
  sendStatus: fc.option(fc.constantFrom('scheduled', 'sending', 'failed')),
});

/** Content that says exactly what the snapshot shows, and the snapshot of an unscheduled plain or reply draft. */
const written = snapshots.map((base) => {
  const snapshot: ProviderSnapshot = { ...base, forwardOf: null, sendAt: null, sendStatus: null };
  const content: EmailContent = {
    to: snapshot.to,
    cc: snapshot.cc,
    bcc: snapshot.bcc,
    replyTo: snapshot.replyTo,
    subject: snapshot.subject,
    text: snapshot.text,
    html: snapshot.html,
    attachments: snapshot.attachments.map(({ size, filename, contentType, disposition, contentId }) => ({
      sha256: '0'.repeat(64),
      size,
      disposition: disposition ?? 'attachment',
      contentId: contentId ?? undefined,
      filename: filename ?? undefined,
      contentType: contentType ?? undefined,
    })),
    reply: snapshot.inReplyTo === null ? null : { inReplyTo: snapshot.inReplyTo, replyAll: false },
  };
  return { content, snapshot };
});

const stranger = 'mallory@evil.example';
const extra = {
  attachmentId: 'new',
  size: 7,
  filename: 'x.exe',
  contentType: null,
  disposition: null,
  contentId: null,
};

/** One change of each field that always makes another value. */
const changes: { [Field in keyof ProviderSnapshot]: (value: ProviderSnapshot[Field]) => ProviderSnapshot[Field] } = {
  providerDraftId: (value) => `${value}x`,
  to: (value) => [...value, stranger],
  cc: (value) => [...value, stranger],
  bcc: (value) => [...value, stranger],
  replyTo: (value) => [...value, stranger],
  subject: (value) => `${value}x`,
  text: (value) => `${value}x`,
  html: (value) => `<i>x</i>${value}`,
  attachments: (value) => [...value, extra],
  inReplyTo: (value) => `${value ?? ''}x`,
  forwardOf: (value) => `${value ?? ''}x`,
  sendAt: (value) => (value === null ? '2030-01-01T00:00:00.000Z' : null),
  sendStatus: (value) => (value === null ? 'scheduled' : null),
};
const fields = Object.keys(changes) as (keyof ProviderSnapshot)[];

function changed<Field extends keyof ProviderSnapshot>(snapshot: ProviderSnapshot, field: Field): ProviderSnapshot {
  return { ...snapshot, [field]: changes[field](snapshot[field]) };
}

const plain: ProviderSnapshot = {
  providerDraftId: 'd',
  to: ['ada@example.com'],
  cc: [],
  bcc: [],
  replyTo: [],
  subject: 'Hello',
  text: 'One\nTwo',
  html: '',
  attachments: [],
  inReplyTo: null,
  forwardOf: null,
  sendAt: null,
  sendStatus: null,
};

describe('snapshots', () => {
  test('hold what is compared and nothing of the rest', () => {
    fc.assert(
      fc.property(snapshots, (snapshot) => {
        const draft: ProviderDraft = { ...snapshot, inboxId: 'i', labels: ['read'], clientId: 'c' };
        expect(snapshotOf(draft)).toEqual(snapshot);
      }),
    );
  });

  test('equal ones differ in nothing, whatever the order of attachments', () => {
    fc.assert(
      fc.property(snapshots, (snapshot) => {
        const turned = { ...snapshot, attachments: snapshot.attachments.toReversed() };
        expect(snapshotDifferences(snapshot, structuredClone(turned))).toEqual([]);
      }),
    );
  });

  test.each(fields)('a changed %s is found, alone', (field) => {
    fc.assert(
      fc.property(snapshots, (snapshot) => {
        expect(snapshotDifferences(snapshot, changed(snapshot, field))).toEqual([field]);
      }),
    );
  });

  test.each([
    { attachmentId: 'b' },
    { size: 2 },
    { filename: 'b.pdf' },
    { filename: null },
    { contentType: 'image/png' },
    { disposition: 'inline' as const },
    { contentId: 'c' },
  ])('an attachment with %o instead is found', (change) => {
    const file = {
      attachmentId: 'a',
      size: 1,
      filename: 'a.pdf',
      contentType: 'application/pdf',
      disposition: null,
      contentId: null,
    };
    const before = { ...plain, attachments: [file] };
    const after = { ...plain, attachments: [{ ...file, ...change }] };
    expect(snapshotDifferences(before, after)).toEqual(['attachments']);
  });
});

describe('content read back', () => {
  test('says the same when it is the same', () => {
    fc.assert(
      fc.property(written, ({ content, snapshot }) => {
        expect(contentDifferences(content, snapshot)).toEqual([]);
      }),
    );
  });

  test.each(fields.filter((field) => field !== 'providerDraftId'))('a changed %s is found, alone', (field) => {
    fc.assert(
      fc.property(written, ({ content, snapshot }) => {
        // A reply that names nobody leaves its recipients to AgentMail, and an empty subject too.
        const named = [...content.to, ...content.cc, ...content.bcc].length > 0;
        fc.pre(content.reply === null || (named && content.subject !== ''));
        expect(contentDifferences(content, changed(snapshot, field))).toEqual([field]);
      }),
    );
  });

  const content = (more: Partial<EmailContent> = {}): EmailContent => ({
    to: ['ada@example.com'],
    cc: [],
    bcc: [],
    replyTo: [],
    subject: 'Hello',
    text: 'One\nTwo',
    html: '',
    attachments: [],
    reply: null,
    ...more,
  });

  test.each([
    ['"Lovelace, Ada" <Ada@Example.com>', 'Lovelace, Ada <ada@example.com>', true],
    ['"Ada \\"the\\" L" <ada@example.com>', 'Ada "the" L <ada@example.com>', true],
    ['Ada  Lovelace <ada@example.com>', 'Ada Lovelace <ada@example.com>', true],
    ['<ada@example.com>', 'ada@example.com', true],
    ['Ada <ada@example.com>', 'ada@example.com', false],
    ['Ada <ada@example.com>', 'Eve <ada@example.com>', false],
    ['Ada <ada@example.com>', 'Ada <ada@examp1e.com>', false],
  ])('%s and %s are the same recipient: %s', (one, other, expected) => {
    const differences = contentDifferences(content({ to: [one] }), { ...plain, to: [other] });
    expect(differences).toEqual(expected ? [] : ['to']);
  });

  test('counts a recipient named twice', () => {
    const twice = { ...plain, to: ['ada@example.com', 'ada@example.com'] };
    expect(contentDifferences(content(), twice)).toEqual(['to']);
  });

  test.each([
    ['line endings', 'One\r\nTwo', true],
    ['white space at line ends', 'One  \nTwo\t', true],
    ['a final newline', 'One\nTwo\n\n', true],
    ['a blank line', 'One\n\nTwo', false],
    ['leading white space', ' One\nTwo', false],
    ['a no-break space', 'One\u00a0\nTwo', false],
  ])('%s', (_, text, expected) => {
    expect(contentDifferences(content(), { ...plain, text })).toEqual(expected ? [] : ['text']);
  });

  test('compares megabytes of blanks at once', () => {
    const body = `${' '.repeat(2_000_000)}x${'\n'.repeat(2_000_000)}y${'\t'.repeat(2_000_000)}`;
    const startedMs = performance.now();
    expect(contentDifferences(content({ text: body }), { ...plain, text: `${body}\r\n` })).toEqual([]);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });

  test('lets AgentMail derive what a reply leaves open, and nothing else', () => {
    const reply = { inReplyTo: '<m@x>', replyAll: true };
    const open = content({ to: [], subject: '', reply });
    const derived = { ...plain, cc: ['bob@example.com'], subject: 'Re: Hello', inReplyTo: '<m@x>' };
    expect(contentDifferences(open, derived)).toEqual([]);
    expect(contentDifferences(content({ reply, to: ['ada@example.com'] }), derived)).toEqual(['cc', 'subject']);
    expect(contentDifferences({ ...open, cc: ['bob@example.com'] }, derived)).toEqual(['to']);
    expect(contentDifferences(open, { ...derived, inReplyTo: null })).toEqual(['inReplyTo']);
  });

  test('pairs attachments by size, name and media type', () => {
    const attachment = { sha256: '0'.repeat(64), size: 3, disposition: 'attachment' as const };
    const wanted = content({
      attachments: [attachment, { ...attachment, filename: 'a.txt', contentType: 'text/plain' }],
    });
    const bare = { disposition: null, contentId: null };
    const named = { attachmentId: '1', size: 3, filename: 'a.txt', contentType: 'text/plain; charset=utf-8', ...bare };
    const unnamed = {
      attachmentId: '2',
      size: 3,
      filename: 'attachment-1',
      contentType: 'application/octet-stream',
      ...bare,
    };
    const read = (attachments: ProviderSnapshot['attachments']) =>
      contentDifferences(wanted, { ...plain, attachments });
    expect(read([named, unnamed])).toEqual([]);
    expect(read([unnamed, named])).toEqual([]);
    expect(read([named])).toEqual(['attachments']);
    expect(read([{ ...named, contentType: 'text/html' }, unnamed])).toEqual(['attachments']);
    expect(read([named, { ...unnamed, size: 4 }])).toEqual(['attachments']);
  });
});

describe('message after sending', () => {
  const sentOf = (snapshot: ProviderSnapshot): ProviderMessage => ({
    messageId: 'm',
    threadId: 't',
    inboxId: 'i',
    labels: ['sent', 'countersign-x'],
    from: 'i@agentmail.to',
    to: snapshot.to,
    cc: snapshot.cc,
    bcc: snapshot.bcc,
    replyTo: snapshot.replyTo,
    subject: snapshot.subject,
    text: snapshot.text,
    html: snapshot.html,
    attachments: snapshot.attachments,
    timestampMs: 0,
  });
  const compared = ['to', 'cc', 'bcc', 'replyTo', 'subject', 'text', 'html', 'attachments'] as const;
  const footers = fc.constantFrom('Sent via AgentMail', '-- \nYour agent', '<p>Sent via <b>AgentMail</b></p>');

  test('the approved mail differs in nothing, with or without its BCC', () => {
    fc.assert(
      fc.property(written, fc.option(footers), fc.boolean(), ({ content, snapshot }, footer, hidden) => {
        const message = sentOf(snapshot);
        expect(messageDifferences(content, hidden ? { ...message, bcc: [] } : message, footer)).toEqual([]);
      }),
    );
  });

  test.each(compared)('a changed %s is found, alone, also where a footer is declared', (field) => {
    fc.assert(
      fc.property(written, fc.option(footers), ({ content, snapshot }, footer) => {
        const message = sentOf(changed(snapshot, field));
        expect(messageDifferences(content, message, footer)).toEqual([field]);
      }),
    );
  });

  test('a footer is accepted at the end of the text, once, and only when declared', () => {
    fc.assert(
      fc.property(written, footers, ({ content, snapshot }, footer) => {
        const message = sentOf(snapshot);
        const once = { ...message, text: `${message.text}\n\n${footer}\n` };
        const twice = { ...message, text: `${message.text}\n\n${footer}\n${footer}` };
        const before = { ...message, text: `${footer}\n\nx${message.text}` };
        expect(messageDifferences(content, once, footer)).toEqual([]);
        expect(messageDifferences(content, once, null)).toEqual(['text']);
        expect(messageDifferences(content, once, 'Another footer')).toEqual(['text']);
        expect(messageDifferences(content, twice, footer)).toEqual(['text']);
        expect(messageDifferences(content, before, footer)).toEqual(['text']);
      }),
    );
  });

  const html = '<html><body><p>Hello</p></body></html>';
  const footer = 'Sent & signed via AgentMail';
  test.each([
    [
      'before </body>, marked up',
      '<html><body><p>Hello</p><hr><p>Sent &amp; signed via <a href="https://agentmail.to">AgentMail</a></p></body></html>',
      true,
    ],
    ['before </body>, plain', `<html><body><p>Hello</p>${footer}</body></html>`, true],
    ['after </html>', `${html}\n<div>Sent &#38; signed via AgentMail</div>`, true],
    ['at the start', `<html><body><p>${footer}</p><p>Hello</p></body></html>`, false],
    ['with more words', '<html><body><p>Hello</p><p>Sent &amp; signed via AgentMail. Buy now</p></body></html>', false],
    ['with a picture', `<html><body><p>Hello</p><p>${footer}</p><img src="https://x"></body></html>`, false],
    ['with a script', `<html><body><p>Hello</p><p>${footer}</p><script>x()</script></body></html>`, false],
    ['with a handler', `<html><body><p>Hello</p><p onclick="x()">${footer}</p></body></html>`, false],
    ['with a comment', `<html><body><p>Hello</p><p>${footer}</p><!-- x --></body></html>`, false],
    ['over a removed paragraph', `<html><body><p>${footer}</p></body></html>`, false],
  ])('a footer in HTML %s', (_, actual, expected) => {
    const content: EmailContent = {
      to: [],
      cc: [],
      bcc: [],
      replyTo: [],
      subject: '',
      text: '',
      html,
      attachments: [],
      reply: null,
    };
    const message: ProviderMessage = { ...sentOf({ ...emptySnapshot, html: actual }) };
    expect(messageDifferences(content, message, footer)).toEqual(expected ? [] : ['html']);
    expect(messageDifferences(content, message, null)).toEqual(['html']);
  });

  test('a BCC that shows must be the approved one', () => {
    const content: EmailContent = {
      to: [],
      cc: [],
      bcc: ['bob@example.com'],
      replyTo: [],
      subject: '',
      text: '',
      html: '',
      attachments: [],
      reply: null,
    };
    expect(messageDifferences(content, sentOf({ ...emptySnapshot, bcc: ['eve@example.com'] }), null)).toEqual(['bcc']);
  });

  test.each([
    ['not shown', ['desk@example.com'], undefined, true],
    ['shown empty', ['desk@example.com'], [], false],
    ['another one', ['desk@example.com'], ['eve@example.com'], false],
    ['an added one', [], ['eve@example.com'], false],
    ['the sender itself', [], ['Agent <I@agentmail.to>'], true],
    ['the sender besides', ['desk@example.com'], ['i@agentmail.to'], false],
  ])('a reply-to that is %s', (_, replyTo, shown, expected) => {
    const message: ProviderMessage = { ...sentOf(emptySnapshot), replyTo: shown };
    expect(messageDifferences({ ...emptyContent, replyTo }, message, null)).toEqual(expected ? [] : ['replyTo']);
  });
});

describe('attachments of a sent message', () => {
  const bytesOf = (text: string) => new TextEncoder().encode(text);
  const approved = (text: string, filename: string) => ({
    sha256: sha256Hex(bytesOf(text)),
    size: text.length,
    filename,
    disposition: 'attachment' as const,
  });
  const compare = (wanted: EmailContent['attachments'], sent: [string, string, number?][]) => {
    const downloads: string[] = [];
    const attachments = sent.map(([text, filename, size = text.length]) => ({
      attachmentId: `${filename} ${text}`,
      size,
      filename,
      contentType: null,
    }));
    const message: ProviderMessage = {
      messageId: 'm',
      threadId: 't',
      inboxId: 'i',
      labels: [],
      from: 'i@agentmail.to',
      to: [],
      cc: [],
      bcc: [],
      subject: '',
      text: '',
      html: '',
      attachments,
      timestampMs: 0,
    };
    const download = async (attachmentId: string) => {
      downloads.push(attachmentId);
      return bytesOf(attachmentId.split(' ')[1] ?? '');
    };
    return attachmentDifferences({ ...emptyContent, attachments: wanted }, message, download).then((differences) => ({
      differences,
      downloads: downloads.length,
    }));
  };

  test('are equal by their bytes, in any order', async () => {
    const wanted = [approved('one', 'a.txt'), approved('two', 'a.txt')];
    const sent: [string, string][] = [
      ['two', 'a.txt'],
      ['one', 'a.txt'],
    ];
    expect(await compare(wanted, sent)).toEqual({ differences: [], downloads: 2 });
    expect(await compare([], [])).toEqual({ differences: [], downloads: 0 });
  });

  test('of the same size and name but other bytes are found', async () => {
    const differs = { differences: ['attachments'], downloads: 1 };
    expect(await compare([approved('one', 'a.txt')], [['two', 'a.txt']])).toEqual(differs);
  });

  test('of other count, size or name need no download', async () => {
    const differs = { differences: ['attachments'], downloads: 0 };
    expect(await compare([approved('one', 'a.txt')], [])).toEqual(differs);
    expect(await compare([approved('one', 'a.txt')], [['four', 'a.txt']])).toEqual(differs);
    expect(await compare([approved('one', 'a.txt')], [['one', 'b.txt']])).toEqual(differs);
  });

  test('over 10 MB are compared by size and name', async () => {
    const size = 10 * 1024 * 1024;
    const huge = { ...approved('one', 'a.bin'), size: size + 1 };
    expect(await compare([huge], [['two', 'a.bin', size + 1]])).toEqual({ differences: [], downloads: 0 });
    const large = { ...approved('one', 'a.bin'), size };
    expect(await compare([large], [['two', 'a.bin', size]])).toEqual({ differences: ['attachments'], downloads: 1 });
  });
});

const emptyContent: EmailContent = {
  to: [],
  cc: [],
  bcc: [],
  replyTo: [],
  subject: '',
  text: '',
  html: '',
  attachments: [],
  reply: null,
};

const emptySnapshot: ProviderSnapshot = {
  providerDraftId: 'd',
  to: [],
  cc: [],
  bcc: [],
  replyTo: [],
  subject: '',
  text: '',
  html: '',
  attachments: [],
  inReplyTo: null,
  forwardOf: null,
  sendAt: null,
  sendStatus: null,
};
