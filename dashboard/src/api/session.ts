import { createStore } from '../lib/store.ts';

const NAME = 'countersign.key';

/** Storage can be switched off in a browser; the key then lives as long as the page. */
function read(storage: () => Storage): string | null {
  try {
    return storage().getItem(NAME);
  } catch {
    return null;
  }
}

function write(storage: () => Storage, key: string | null): void {
  try {
    if (key === null) storage().removeItem(NAME);
    else storage().setItem(NAME, key);
  } catch {
    // The page keeps it.
  }
}

const tab = () => sessionStorage;
const browser = () => localStorage;

/** How this page proves who looks at it: by a key of its own, or by the browser's cookie, which it cannot read. */
export type Session = { kind: 'key'; key: string } | { kind: 'cookie' };
const COOKIE: Session = { kind: 'cookie' };

/** Who is signed in; null shows the sign-in page, undefined is not known yet. */
export const session = createStore<Session | null | undefined>(undefined);

/** A link that was opened to get in; what it is for decides what the sign-in page asks. */
export interface OpenedLink {
  purpose: 'setup' | 'password' | 'magic';
  token: string;
}
export const openedLink = createStore<OpenedLink | null>(null);

const PURPOSES = ['setup', 'password', 'magic'] as const;

/** Takes what a link brought (`#key=...`, `#password=...`) off the address bar at once; else who was here before. */
export async function restoreSession(): Promise<void> {
  const brought = new URLSearchParams(location.hash.slice(1));
  const key = brought.get('key');
  const purpose = PURPOSES.find((name) => brought.has(name));
  if (key !== null || purpose !== undefined) {
    history.replaceState(history.state, '', location.pathname + location.search);
  }
  if (purpose !== undefined) {
    openedLink.set(() => ({ purpose, token: brought.get(purpose) ?? '' }));
    session.set(() => null);
    return;
  }
  if (key) return signInByLink(key);
  const kept = read(tab) ?? read(browser);
  if (kept !== null) return session.set(() => ({ kind: 'key', key: kept }));
  const known = await fetch('/auth/get-session').catch(() => null);
  const found: unknown = known?.ok ? await known.json() : null;
  session.set(() => (found === null ? null : COOKIE));
}

/** On one's own machine the link's key is turned into a session; elsewhere the tab keeps the key. */
async function signInByLink(key: string): Promise<void> {
  const methods = await signInMethods().catch(() => null);
  if (methods?.local) {
    const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
    const answer = await fetch('/auth/local-session', { method: 'POST', headers, body: '{}' }).catch(() => null);
    const { userId = null }: { userId?: string | null } = answer?.ok ? await answer.json() : {};
    if (userId !== null) return enter();
  }
  signIn(key, false);
}

export interface SignInMethods {
  password: boolean;
  magicLink: boolean;
  sso: { name: string } | null;
  local: boolean;
}
export async function signInMethods(): Promise<SignInMethods> {
  const response = await fetch('/v1/sign-in-methods');
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response.json();
}

/** The browser has its cookie: from now on it speaks for the person. */
export function enter(): void {
  write(tab, null);
  write(browser, null);
  openedLink.set(() => null);
  session.set(() => COOKIE);
}

/** `stay` keeps the key in this browser after the tab is closed. */
export function signIn(key: string, stay: boolean): void {
  write(tab, key);
  write(browser, stay ? key : null);
  session.set(() => ({ kind: 'key', key }));
}

/** Forgets the key and everything else kept in this tab, unsaved edits included, and ends the session. */
export function signOut(): void {
  if (session.get()?.kind === 'cookie') {
    const json = { 'Content-Type': 'application/json' };
    fetch('/auth/sign-out', { method: 'POST', headers: json, body: '{}', keepalive: true }).catch(() => undefined);
  }
  write(browser, null);
  try {
    sessionStorage.clear();
  } catch {
    // Nothing was kept.
  }
  session.set(() => null);
}
