import { type DestinationStream, type Logger, pino } from 'pino';
import type { Config } from './config.ts';

export type { Logger } from 'pino';

/** Fields that carry secrets, mail content or addresses, at the top of an entry or one level down. */
const WITHHELD = [
  ...['authorization', 'cookie', 'apiKey', 'api_key', 'key', 'token', 'secret', 'password', 'databaseUrl'],
  ...['to', 'cc', 'bcc', 'replyTo', 'from', 'email', 'address', 'recipients'],
  ...['subject', 'text', 'html', 'body', 'content', 'comment', 'input', 'attachments', 'headers'],
];

const ADDRESS = /[\w.+%-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}/g;
const BEARER = /\b(bearer|basic)\s+[\w.~+/=-]+/gi;
const URL_PASSWORD = /(\w:\/\/[^\s:/@"]+):[^\s@"]+@/g;

/** What is left of a line of log once an error's message has quoted an address or a credential. */
export function maskLine(line: string): string {
  return line.replace(URL_PASSWORD, '$1:[withheld]@').replace(BEARER, '$1 [withheld]').replace(ADDRESS, '[address]');
}

/**
 * JSON lines on standard error, so that a program's own output stays its own. Named fields are withheld; what an error's
 * text quotes is masked in the finished line, which no caller can forget.
 */
export function createLogger(options: {
  level: Config['logLevel'];
  part: string;
  destination?: DestinationStream;
}): Logger {
  return pino(
    {
      level: options.level,
      base: { part: options.part, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: WITHHELD.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]), censor: '[withheld]' },
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: maskLine },
    },
    options.destination ?? pino.destination({ fd: 2, sync: true }),
  );
}
