// Which room may import which: the arrows of ARCHITECTURE.md, checked on the parsed imports.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseSync } from 'oxc-parser';

type Rule = {
  values: string[];
  types: string[];
  packages?: string[];
};

const EVERYTHING = ['*'];

/**
 * `values`: rooms whose code may be imported; `types`: rooms of which types alone may be. A room may always import itself.
 * `packages`: the only packages allowed (none named = any). Everything under `packages` must run in Temporal's sandbox.
 */
const RULES: Record<string, Rule> = {
  domain: { values: [], types: [], packages: ['@noble/hashes', 'canonicalize', 'temporal-polyfill', 'zod'] },
  contract: { values: ['domain'], types: [], packages: ['@temporalio/workflow', '@temporalio/common'] },
  workflows: {
    values: ['domain', 'contract'],
    types: ['activities'],
    packages: ['@temporalio/workflow', '@temporalio/common', '@noble/hashes'],
  },
  base: { values: ['domain'], types: [] },
  temporal: { values: ['domain', 'base', 'contract'], types: ['store'] },
  store: { values: ['domain', 'base'], types: ['contract'] },
  agentmail: { values: ['domain', 'base'], types: ['store'] },
  accounts: { values: ['domain', 'base', 'store'], types: [] },
  compose: { values: ['domain', 'base'], types: ['contract', 'store', 'agentmail'] },
  notify: { values: ['domain', 'base'], types: ['store'] },
  channels: { values: ['domain', 'base', 'compose', 'notify'], types: ['store'] },
  policy: { values: ['domain', 'compose'], types: ['store', 'agentmail'] },
  activities: {
    values: ['domain', 'base', 'agentmail', 'compose', 'store', 'notify', 'policy', 'channels'],
    types: ['contract', 'temporal'],
  },
  client: { values: ['domain', 'contract'], types: ['api'] },
  api: {
    values: ['domain', 'base', 'contract', 'client', 'store', 'compose', 'temporal', 'accounts', 'policy', 'channels'],
    types: ['agentmail', 'activities'],
  },
  mcp: { values: ['domain', 'base', 'contract', 'client'], types: ['api'] },
  cli: {
    values: ['domain', 'base', 'contract', 'client', 'temporal', 'embedded', 'emulator', 'runtime'],
    types: ['api'],
  },
  demo: { values: EVERYTHING, types: EVERYTHING },
  runtime: { values: EVERYTHING, types: EVERYTHING },
  embedded: { values: EVERYTHING, types: EVERYTHING },
  entry: { values: EVERYTHING, types: EVERYTHING },
  emulator: { values: [], types: [] },
  dashboard: { values: ['domain'], types: ['client', 'api', 'contract'] },
};

type Import = { specifier: string; typeOnly: boolean };

const BASE_FILES = /^src\/(config[a-z-]*|log)\.ts$/;

/** What callers of the workflow may know of it. */
const CONTRACT_FILES = new Set([
  'src/workflows/messages.ts',
  'src/workflows/batch-messages.ts',
  'src/workflows/operation-messages.ts',
  'src/workflows/visibility.ts',
]);

/** The room of a file, by its path from the project's root with forward slashes. Undefined outside all rooms. */
export function roomOf(file: string): string | undefined {
  if (file.startsWith('emulator/')) return 'emulator';
  if (file.startsWith('dashboard/')) return 'dashboard';
  if (!file.startsWith('src/')) return undefined;
  if (BASE_FILES.test(file)) return 'base';
  if (CONTRACT_FILES.has(file)) return 'contract';
  const [, folder, ...rest] = file.split('/');
  return rest.length === 0 ? 'entry' : folder;
}

/** What is wrong with one file's imports, as lines for the terminal. */
export function checkFile(file: string, source: string): string[] {
  const room = roomOf(file);
  const rule = room === undefined ? undefined : RULES[room];
  if (room === undefined || !rule) return [`${file}: the room ${room} has no rule in scripts/import-rules.ts`];
  return importsOf(file, source).flatMap(({ specifier, typeOnly }) => {
    if (!specifier.startsWith('.')) return checkPackage(file, room, rule, specifier, typeOnly);
    const target = roomOf(join(dirname(file), specifier).split(sep).join('/'));
    if (target === undefined) return [`${file}: ${specifier} lies outside all rooms`];
    const allowed = [room, ...rule.values, ...(typeOnly ? rule.types : [])];
    if (allowed.includes('*') ? target !== 'dashboard' : allowed.includes(target)) return [];
    const only = rule.types.includes(target) ? ' (types only)' : '';
    return [`${file}: ${room} may not import ${target}${only}: ${specifier}`];
  });
}

function checkPackage(file: string, room: string, rule: Rule, specifier: string, typeOnly: boolean): string[] {
  if (!rule.packages || typeOnly) return [];
  const known = rule.packages.some((name) => specifier === name || specifier.startsWith(`${name}/`));
  return known ? [] : [`${file}: ${room} may not import the package ${specifier}: it must run in Temporal's sandbox`];
}

function importsOf(file: string, source: string): Import[] {
  const { module, errors } = parseSync(file, source);
  if (errors[0]) throw new Error(`${file}: ${errors[0].message}`);
  const allTypes = (entries: { isType: boolean }[]) => entries.length > 0 && entries.every((entry) => entry.isType);
  const imports = module.staticImports.map(({ moduleRequest, entries }) => ({
    specifier: moduleRequest.value,
    typeOnly: allTypes(entries),
  }));
  const reExports = module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ moduleRequest, isType }) =>
      moduleRequest ? [{ specifier: moduleRequest.value, typeOnly: isType }] : [],
    ),
  );
  const dynamic = module.dynamicImports.flatMap(({ moduleRequest }) => {
    const literal = /^(['"])(.*)\1$/.exec(source.slice(moduleRequest.start, moduleRequest.end));
    return literal?.[2] ? [{ specifier: literal[2], typeOnly: false }] : [];
  });
  return [...imports, ...reExports, ...dynamic];
}

/** All violations under `root`. */
export function checkImports(root: string): string[] {
  const files = ['src', 'emulator', 'dashboard'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.config.ts'))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/')),
  );
  if (files.length === 0) throw new Error(`no source files found under ${root}`);
  return files.flatMap((file) => checkFile(file, readFileSync(join(root, file), 'utf8')));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const violations = checkImports(fileURLToPath(new URL('..', import.meta.url)));
  for (const violation of violations) console.error(violation);
  process.exitCode = violations.length > 0 ? 1 : 0;
}
