import { createAccounts, type LocalUser, type OperatorMessage } from '../accounts/index.ts';
import { createOperatorMail } from '../agentmail/operator-mail.ts';
import type { ApiDeps } from '../api/index.ts';
import type { Config } from '../config.ts';
import type { Logger } from '../log.ts';
import type { Store } from '../store/index.ts';

type Parts = {
  store: Store;
  log: Logger;
  /** Where the API is when the configuration does not say how people reach it. */
  url: string;
  account: { apiKey: string; baseUrl?: string };
  /** On one's own machine: links are told there when no inbox is named to mail them from. */
  localUser?: LocalUser;
  report?: (line: string) => void;
};

/** People's accounts as the configuration wants them, for `createApi`. */
export async function accountsDepsOf(
  { accounts, http }: Config,
  { store, log, url, account, localUser, report = toTerminal }: Parts,
): Promise<Required<Pick<ApiDeps, 'accounts' | 'trustProxy'>>> {
  const { inboxId, secret, oidc, trustProxy } = accounts;
  const mail = inboxId === undefined ? undefined : createOperatorMail(account, inboxId);
  const print = async ({ to, subject, text }: OperatorMessage) => report(`${subject}, for ${to.join(', ')}:\n${text}`);
  const people = await createAccounts({
    ...{ store, log, secret, oidc, localUser },
    baseUrl: http.deskUrl ?? url,
    sendMail: mail ? (message, idempotencyKey) => mail.send(message, idempotencyKey) : localUser && print,
    mailIsPrinted: mail === undefined,
  });
  return { accounts: people, trustProxy };
}

const toTerminal = (line: string) => void process.stderr.write(`${line}\n`);
