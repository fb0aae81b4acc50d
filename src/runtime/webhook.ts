import type { MailEventType, MailProvider } from '../agentmail/index.ts';
import type { Logger } from '../log.ts';

/** What the API acts on. */
const EVENT_TYPES: MailEventType[] = [
  'message.sent',
  'message.delivered',
  'message.bounced',
  'message.complained',
  'message.rejected',
  'message.opened',
  'message.received',
  'message.received.unauthenticated',
];
const CLIENT_ID = 'countersign';
const PATH = '/v1/webhooks/agentmail';
const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 600_000;

/** Secrets that may sign right now: those given, and the one of the webhook that was registered here. */
export class WebhookSecrets {
  readonly #given: readonly string[];
  #registered: readonly string[];

  constructor(given: readonly string[], registered: readonly string[] = []) {
    this.#given = given;
    this.#registered = registered;
  }

  /** A new secret comes before the one it takes the place of, which signed what is still on its way. */
  add(secret: string): void {
    this.#registered = [secret, ...this.#registered.filter((known) => known !== secret)].slice(0, 2);
  }

  get registered(): readonly string[] {
    return this.#registered;
  }

  readonly all = (): readonly string[] => [...this.#given, ...this.#registered];
}

/**
 * Registers this server's webhook with AgentMail, and tries again until it is done: nothing else waits for it. Answers a
 * function that gives up.
 */
export function registerWebhook(options: {
  mail: MailProvider;
  /** Where AgentMail reaches this server, without a slash at the end. */
  publicUrl: string;
  onSecret: (secret: string) => Promise<void>;
  log: Logger;
}): () => void {
  const { mail, publicUrl, onSecret, log } = options;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const attempt = async (delayMs: number): Promise<void> => {
    try {
      const url = `${publicUrl}${PATH}`;
      const { secret } = await mail.ensureWebhook({ url, clientId: CLIENT_ID, eventTypes: EVENT_TYPES });
      await onSecret(secret);
      log.info('webhook is registered with AgentMail');
    } catch (error) {
      if (stopped) return;
      log.warn({ err: error, retryInMs: delayMs }, 'webhook could not be registered with AgentMail');
      timer = setTimeout(() => void attempt(Math.min(delayMs * 2, LONGEST_RETRY_MS)), delayMs);
      timer.unref();
    }
  };
  void attempt(FIRST_RETRY_MS);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
