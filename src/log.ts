import { type DestinationStream, type Logger, pino } from 'pino';
import type { Config } from './config.ts';

export type { Logger } from 'pino';

/** Fields that carry secrets, mail content or addresses, at the top of an entry or one level down. */
const WITHHELD = [
  ...['authorization', 'cookie', 'apiKey', 'api_key', 'key', 'token', 'secret', 'password', 'databaseUrl'],
  ...['to', 'cc', 'bcc', 'replyTo', 'from', 'email', 'address', 'recipients'],
  ...['subject', 'text', 'html', 'body', 'content', 'comment', 'input', 'attachments', 'headers'],
];

// Bounded, or a long word without an address would be searched again from each of its characters.
const ADDRESS = /[\p{L}\p{N}_.+%'-]{1,64}@[\p{L}\p{N}-]{1,63}(\.[\p{L}\p{N}-]{1,63}){0,8}\.\p{L}[\p{L}\p{N}-]{1,62}/gu;
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
