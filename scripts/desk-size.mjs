// What the desk's page loads before anything shows: counted in every build, and packed for the way.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip, constants as zlib } from 'node:zlib';

/** Bytes as gzip makes them; the build fails above it. */
export const MAX_FIRST_LOAD_BYTES = 300_000;

const packGzip = promisify(gzip);
const packBrotli = promisify(brotliCompress);

/** Leaves each script and style sheet beside itself as `.gz` and `.br`, for the server to hand out. */
export async function packAssets(desk) {
  const assets = join(desk, 'assets');
  const names = (await readdir(assets)).filter((name) => /\.(?:js|css|svg)$/.test(name));
  for (const name of names) {
    const file = join(assets, name);
    const body = await readFile(file);
    const params = { [zlib.BROTLI_PARAM_QUALITY]: 9 };
    await Promise.all([
      packGzip(body, { level: 9 }).then((packed) => writeFile(`${file}.gz`, packed)),
      packBrotli(body, { params }).then((packed) => writeFile(`${file}.br`, packed)),
    ]);
  }
}

/** Names of all files the page needs before its first view is there: what it names, and what those import at once. */
export async function firstLoad(desk) {
  const page = await readFile(join(desk, 'index.html'), 'utf8');
  const named = [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)].map(([, name]) => name);
  const seen = new Set();
  const queue = [...named];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    if (!name.endsWith('.js')) continue;
    const code = await readFile(join(desk, name), 'utf8');
    // Static imports only: `import(` is asked for later.
    for (const [, other] of code.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) queue.push(`assets/${other}`);
  }
  if (named.length === 0) throw new Error('the desk names no script');
  return ['index.html', ...seen];
}

/** @throws Error when the first load is above the limit */
export async function checkFirstLoad(desk) {
  const files = await firstLoad(desk);
  const sizes = await Promise.all(
    files.map(async (name) => (await packGzip(await readFile(join(desk, name)), { level: 9 })).length),
  );
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const kilobytes = (bytes) => `${(bytes / 1_000).toFixed(0)} KB`;
  console.log(
    `build: the desk's first load is ${kilobytes(total)} as gzip, of at most ${kilobytes(MAX_FIRST_LOAD_BYTES)}`,
  );
  if (total <= MAX_FIRST_LOAD_BYTES) return total;
  const lines = files.map((name, index) => `  ${kilobytes(sizes[index] ?? 0)} ${name}`);
  throw new Error(`the desk's first load is too large:\n${lines.join('\n')}`);
}
