import type { AccountsDeps, OperatorMessage } from '../../src/accounts/index.ts';
import type { ApiDeps } from '../../src/api/deps.ts';
import { openStore } from '../../src/store/index.ts';
import { type App, createEdge, type Edge } from '../api/support.ts';
import { createTestDatabase } from '../support/postgres.ts';

export const ORIGIN = 'http://desk.test';
export const PASSWORD = 'correct horse battery staple';

export interface People extends Edge {
  mails: OperatorMessage[];
  accounts: NonNullable<Edge['accounts']>;
}

/** The API with accounts, on a PostgreSQL database of its own unless a store is given. Mail to people is caught. */
export async function createPeople(
  options: Partial<Omit<AccountsDeps, 'store'>> = {},
  deps: Partial<ApiDeps> = {},
): Promise<People> {
  const mails: OperatorMessage[] = [];
  const sendMail = async (message: OperatorMessage) => void mails.push(message);
  const database = deps.store ? undefined : await createTestDatabase();
  const store = deps.store ?? (await openStore({ databaseUrl: database?.url ?? '' }));
  const edge = await createEdge({ ...deps, store, people: { baseUrl: ORIGIN, sendMail, ...options } });
  const { accounts } = edge;
  if (!accounts) throw new Error('the edge has no accounts');
  const close = async () => {
    await edge.close();
    await database?.drop();
  };
  return { ...edge, accounts, mails, close };
}

/** A browser with one page of this server open: it keeps cookies and says where its requests come from. */
export class Browser {
  readonly #app: App;
  readonly #origin: string;
  readonly cookies = new Map<string, string>();
  /** Of the last answer that set any, as they came. */
  setCookies: string[] = [];
  constructor(app: App, origin = ORIGIN) {
    this.#app = app;
    this.#origin = origin;
  }

  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await this.#app.request(`${ORIGIN}${path}`, {
      method,
      headers: {
        ...(cookie && { Cookie: cookie }),
        ...(method !== 'GET' && { Origin: this.#origin, 'Sec-Fetch-Site': 'same-origin' }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const set = response.headers.getSetCookie();
    if (set.length > 0) this.setCookies = set;
    for (const line of set) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '' || /max-age=0/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }

  async json(method: string, path: string, body?: unknown) {
    return (await this.send(method, path, body)).json();
  }
}

export const tokenIn = (link: string | undefined): string => /#\w+=([\w-]+)/.exec(link ?? '')?.[1] ?? '';

/** A browser in which the first admin has just been made. */
export async function firstAdmin(people: People): Promise<Browser> {
  const link = await people.accounts.setupLink();
  const browser = new Browser(people.app);
  const body = { token: tokenIn(link?.url), name: 'Ada Admin', email: 'ada@acme.test', password: PASSWORD };
  const response = await browser.send('POST', '/auth/link/redeem', body);
  if (!response.ok) throw new Error(await response.text());
  return browser;
}

/** A browser in which somebody the admin invited is signed in. */
export async function invited(people: People, admin: Browser, email: string, roles: string[]): Promise<Browser> {
  const name = email.split('@')[0];
  const { link } = await admin.json('POST', '/v1/users', { email, name, roles });
  const browser = new Browser(people.app);
  const url = link?.url ?? people.mails.findLast(({ to }) => to.includes(email))?.text;
  await browser.send('POST', '/auth/link/redeem', { token: tokenIn(url), password: PASSWORD });
  return browser;
}
