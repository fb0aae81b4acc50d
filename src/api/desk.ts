import { readFile } from 'node:fs/promises';
import { extname, join, resolve, sep } from 'node:path';
import type { Context, Handler } from 'hono';
import type { ApiEnv } from './deps.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

/**
 * Scripts come from this origin's files alone. Inline styles are allowed because the frames that show mail inherit this
 * policy and mail carries its styles inline. Remote images are allowed to the page so that a mail may show them when a
 * person asks for them: each mail frame carries a narrower policy of its own until then.
 */
export const DESK_CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob: https:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "frame-src 'self' blob:",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Serves the built desk; paths that are no file are its own routes and get its page. */
export function serveDesk(deskDir: string): Handler<ApiEnv> {
  const root = resolve(deskDir);
  return async (c, next) => {
    const served = c.req.method === 'GET' || c.req.method === 'HEAD';
    if (!served || c.req.path.startsWith('/v1/')) return next();
    const path = decoded(c.req.path);
    const file = path === null ? null : await readInside(root, path);
    if (file !== null) {
      const immutable = c.req.path.startsWith('/assets/');
      const packed = path !== null && immutable ? await readPacked(root, path, c.req.header('Accept-Encoding')) : null;
      return respond(c, packed?.body ?? file.body, file.extension, immutable, packed?.encoding);
    }
    // A missing script must be a 404, not a page: only navigation falls back.
    if (!c.req.header('Accept')?.includes('text/html')) return next();
    const page = await readInside(root, '/index.html');
    return page === null ? next() : respond(c, page.body, '.html', false);
  };
}

/** How the build leaves each asset beside itself, smallest first. */
const PACKED = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/** The asset as it was compressed when it was built; null when it was not, or the browser takes neither. */
async function readPacked(root: string, path: string, accepted = '') {
  // `gzip;q=0` refuses it.
  const takes = (name: string) =>
    new RegExp(`(?:^|,)\\s*${name}\\s*(?:,|$|;(?!\\s*q=0(?:\\.0*)?\\s*(?:,|$)))`).test(accepted);
  for (const [encoding, ending] of PACKED) {
    const file = takes(encoding) ? await readInside(root, `${path}${ending}`) : null;
    if (file !== null) return { encoding, body: file.body };
  }
  return null;
}

function respond(c: Context<ApiEnv>, body: Buffer, extension: string, immutable: boolean, encoding?: string): Response {
  return c.body(Uint8Array.from(body), 200, {
    'Content-Type': TYPES[extension] ?? 'application/octet-stream',
    'Content-Security-Policy': DESK_CSP,
    ...(immutable && { Vary: 'Accept-Encoding' }),
    ...(encoding !== undefined && { 'Content-Encoding': encoding }),
    'Cache-Control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
}

/** Null for what is not a file below `root`. */
async function readInside(root: string, path: string): Promise<{ body: Buffer; extension: string } | null> {
  const file = resolve(join(root, path.endsWith('/') ? `${path}index.html` : path));
  if (!file.startsWith(root + sep) || file.includes('\0')) return null;
  try {
    return { body: await readFile(file), extension: extname(file).toLowerCase() };
  } catch {
    return null;
  }
}

function decoded(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}
