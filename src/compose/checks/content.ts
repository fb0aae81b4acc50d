import { type Check, error, some, warning } from './context.ts';

/** Bytes of both bodies and the attachments as base64: AgentMail takes a request of 6 MB. */
const MAX_MAIL_BYTES = 6_000_000;
/** Beyond it most lists of mails cut the subject. */
const LONG_SUBJECT = 120;
/** Types that mail services refuse or that run when opened. */
const EXECUTABLE = /\.(exe|scr|com|bat|cmd|msi|js|jse|vbs|vbe|wsf|ps1|jar|lnk|hta|iso|img|apk|dll|reg)$/i;
const EXECUTABLE_TYPES =
  /^application\/(x-msdownload|x-msdos-program|x-sh|java-archive|vnd\.microsoft\.portable-executable)$/i;

export const checkSubject: Check = ({ content }) => {
  const { subject } = content;
  if (/[\r\n]/.test(subject)) return [error('subject_line_break', 'The subject has a line break: make it one line.')];
  // AgentMail derives a reply's subject; it is checked once the draft has been read back.
  if (subject.trim() === '') return content.reply ? [] : [error('empty_subject', 'The subject is empty: write one.')];
  if ([...subject].length <= LONG_SUBJECT) return [];
  return [warning('long_subject', `The subject has ${[...subject].length} characters; readers see about 60.`)];
};

export const checkBody: Check = ({ content }) => {
  const hasText = content.text.trim() !== '';
  const hasHtml = content.html.trim() !== '';
  if (!hasText && !hasHtml) return [error('empty_body', 'The email says nothing: write a text.')];
  if (hasHtml && !hasText) {
    return [warning('html_without_text', 'There is HTML and no plain text: spam filters and some readers mind.')];
  }
  return [];
};

export const checkSize: Check = ({ content }) => {
  const bodies = Buffer.byteLength(content.text) + Buffer.byteLength(content.html);
  const attached = content.attachments.reduce((sum, { size }) => sum + Math.ceil(size / 3) * 4, 0);
  const total = bodies + attached;
  if (total <= MAX_MAIL_BYTES) return [];
  const megabytes = (total / 1_000_000).toFixed(1);
  return [
    error(
      'too_large',
      `${megabytes} MB with attachments encoded; AgentMail takes 6 MB. Send a link to a file instead.`,
    ),
  ];
};

export const checkAttachments: Check = ({ content }) => {
  const running = content.attachments.filter(
    ({ filename, contentType }) => EXECUTABLE.test(filename ?? '') || EXECUTABLE_TYPES.test(contentType ?? ''),
  );
  if (running.length === 0) return [];
  const names = running.map(({ filename, contentType }) => filename ?? contentType ?? 'unnamed');
  return [warning('executable_attachment', `Programs as attachments are mostly refused: ${some(names)}.`, names)];
};

export const checkMissing: Check = ({ missing, options }) => {
  if (missing.length === 0) return [];
  const finding = options.missingVariables === 'error' ? error : warning;
  return [finding('missing_variable', `No source had a value for: ${some(missing, 10)}.`)];
};
