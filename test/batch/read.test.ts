import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { BatchFileError, readRows } from '../../src/api/batches/read.ts';
import { recipes } from '../../src/compose/index.ts';
import type { BatchHeader, NewBatchRow } from '../../src/store/types-batches.ts';
import { note } from './support.ts';

type Mapping = Record<string, string> | null;

/** Reads a file in pieces cut at `cuts`, as uploads do. */
async function read(
  file: string | Uint8Array,
  options: { format?: 'csv' | 'jsonl'; mapping?: Mapping; cuts?: number[] } = {},
) {
  const bytes = typeof file === 'string' ? new TextEncoder().encode(file) : file;
  const { format = 'csv', mapping = null } = options;
  const cuts = [0, ...[...(options.cuts ?? [])].sort((a, b) => a - b), bytes.length];
  let carry = new Uint8Array();
  let header: BatchHeader | null = null;
  const rows: NewBatchRow[] = [];
  const take = async (piece: Uint8Array, last: boolean) => {
    const source = { format, mapping, header, rowCount: rows.length };
    const reading = await readRows(note, source, Buffer.concat([carry, piece]), last);
    carry = new Uint8Array(reading.carry);
    header = reading.header;
    rows.push(...reading.rows);
  };
  for (let i = 1; i < cuts.length; i += 1) await take(bytes.subarray(cuts[i - 1], cuts[i]), false);
  await take(new Uint8Array(), true);
  return rows;
}

const inputs = (rows: NewBatchRow[]) => rows.map(({ input, problem }) => problem?.code ?? input);
const bad = async (file: string, options: Parameters<typeof read>[1] = {}) =>
  read(file, options).then(
    () => [],
    (error) => (error instanceof BatchFileError ? error.problems : [String(error)]),
  );
const ANA = { to: 'ana@example.com', customer: { name: 'Ana' } };

describe('CSV', () => {
  test.each([
    ['plain', 'to,customer.name\nana@example.com,Ana\n'],
    ['no line end at the end', 'to,customer.name\nana@example.com,Ana'],
    ['CRLF', 'to,customer.name\r\nana@example.com,Ana\r\n'],
    ['a byte order mark', '\ufeffto,customer.name\nana@example.com,Ana\n'],
    ['semicolons', 'to;customer.name\nana@example.com;Ana\n'],
    ['tabs', 'to\tcustomer.name\nana@example.com\tAna\n'],
    ['quotes everywhere', '"to","customer.name"\n"ana@example.com","Ana"\n'],
    ['empty lines', '\n\nto,customer.name\n\n  \nana@example.com,Ana\n\n,\n'],
    ['spaces around names', ' to , customer.name \nana@example.com,Ana\n'],
  ])('%s', async (_, file) => {
    expect(inputs(await read(file))).toEqual([ANA]);
  });

  it('keeps quotes, delimiters and line ends inside quoted fields', async () => {
    const name = 'Ana "the one", Ruiz;\r\nsecond line';
    const rows = await read(`to,customer.name\nana@example.com,"${name.replaceAll('"', '""')}"\nb@example.com,B\n`);
    expect(inputs(rows)).toEqual([
      { to: 'ana@example.com', customer: { name } },
      { to: 'b@example.com', customer: { name: 'B' } },
    ]);
  });

  it('gives cells the JSON type their field has', async () => {
    const header = 'to,customer.name,customer.vip,amount,level,tags,phone,items.0.sku,items.0.count';
    const cells = '"[""a@example.com"",""b@example.com""]",007,TRUE,-1.5e2,2,"[""x"",""y""]",0049301,A-1,3';
    const [row] = await read(`${header}\n${cells}\n`);
    expect(row).toEqual({
      problem: null,
      input: {
        to: ['a@example.com', 'b@example.com'],
        customer: { name: '007', vip: true },
        amount: -150,
        level: 2,
        tags: ['x', 'y'],
        phone: '0049301',
        items: [{ sku: 'A-1', count: 3 }],
      },
    });
  });

  it('leaves empty cells out, so that defaults and optional fields work', async () => {
    expect(inputs(await read('to,customer.name,amount,level\nana@example.com,Ana,,\n'))).toEqual([ANA]);
  });

  it('tells what is wrong with a row and reads on', async () => {
    const file = [
      'to,customer.name,amount',
      'ana@example.com,Ana',
      'ana@example.com,Ana,1,2',
      'nobody,Ana,1',
      'ana@example.com,Ana,much',
      'ana@example.com,"Ana"x,1',
      'ana@example.com,An"a,1',
      'ana@example.com,Ana,1',
    ].join('\n');
    const rows = await read(file);
    expect(rows.map(({ problem }) => problem?.code ?? null)).toEqual([
      ...['columns', 'columns', 'recipe_input', 'recipe_input', 'csv', 'csv', null],
    ]);
    expect(rows[0]?.problem?.message).toBe('has 2 columns, the header has 3');
    expect(rows[2]?.problem?.message).toMatch(/^recipe note: to: /);
    expect(rows[3]?.problem?.message).toMatch(/amount: .*number/);
    expect(rows[4]?.problem?.message).toMatch(/behind a closing quote/);
    expect(rows[5]?.problem?.message).toMatch(/quote inside an unquoted field/);
  });

  it('a byte that is no UTF-8 spoils its own row', async () => {
    const file = Buffer.concat([
      Buffer.from('to,customer.name\nana@example.com,M'),
      Buffer.from([0xfc]),
      Buffer.from('ller\nana@example.com,Ana\n'),
    ]);
    expect(inputs(await read(file))).toEqual(['encoding', ANA]);
  });

  test.each([
    ['a header twice', 'to,customer.name,to\n', ['column "to" is there twice']],
    ['a nameless column', 'to,customer.name,\n', ['column 3 has no name']],
    ['an unknown column', 'to,customer.nick\n', [/column "customer.nick": the recipe note has no field customer.nick/]],
    ['a column inside another', 'to,customer,customer.name\n', [/columns go to customer and to customer.name/]],
    ['a missing field', 'to\n', ['no column gives customer, which the recipe note needs']],
    ['a dangerous path', '__proto__.x,to\n', [/no field __proto__.x/]],
    [
      'a quote never closed',
      'to,customer.name\na@example.com,"Ana\nb@example.com,B\n',
      [/row 1: a quoted field is never/],
    ],
  ])('refuses %s', async (_, file, problems) => {
    const found = await bad(file);
    expect(found).toHaveLength(problems.length);
    for (const [i, problem] of problems.entries()) expect(found[i]).toMatch(problem);
  });

  it('refuses UTF-16, which spreadsheets call Unicode', async () => {
    const file = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('to,customer.name\n', 'utf16le')]);
    await expect(read(file)).rejects.toThrow(/UTF-16; save it as UTF-8/);
  });

  it('a mapping names paths and leaves other columns out', async () => {
    const mapping = { 'E-Mail': 'to', 'Full name': 'customer.name' };
    const file = 'E-Mail,Full name,Score,Score\nana@example.com,Ana,7,8\n';
    expect(inputs(await read(file, { mapping }))).toEqual([ANA]);
    expect(await bad('E-Mail\n', { mapping })).toEqual(['column "Full name" of the mapping is not in the file']);
    expect(await bad('E-Mail,Full name\n', { mapping: { 'E-Mail': 'to', 'Full name': 'to' } })).toEqual([
      'two columns go to to',
    ]);
  });
});

describe('JSON lines', () => {
  const options = { format: 'jsonl' } as const;
  it('reads one input a line; a line that is no JSON is a bad row', async () => {
    const line = JSON.stringify(ANA);
    const file = `\ufeff${line}\r\n\n{"to": \n{"to":"x"}\n"text"\n${line}`;
    const rows = await read(file, options);
    expect(inputs(rows)).toEqual([ANA, 'json', 'recipe_input', 'recipe_input', ANA]);
  });

  it('refuses hashes in the place of attachments, and deep nesting', async () => {
    const hash = JSON.stringify({ ...ANA, phone: { filename: 'a', sha256: 'f'.repeat(64) } });
    const deep = `${'['.repeat(200)}${']'.repeat(200)}`;
    const rows = await read(`${hash}\n${deep}\n`, options);
    expect(rows[0]?.problem?.message).toMatch(/with their bytes/);
    expect(rows[1]?.problem?.message).toMatch(/nested deeper/);
  });

  it('has no mapping', async () => {
    expect(await bad('{}\n', { ...options, mapping: { a: 'to' } })).toEqual([
      expect.stringMatching(/mapping is for CSV/),
    ]);
  });
});

describe('pieces', () => {
  const name = fc.string({
    unit: fc.constantFrom('a', '"', ',', ';', '\n', '\r\n', 'ü', '漢', '😀', ' b'),
    minLength: 1,
  });
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const cuts = fc.array(fc.nat(2_000), { maxLength: 12 });

  it('a CSV cut anywhere, within characters and quotes too, reads the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(name, { maxLength: 8 }), cuts, fc.boolean(), async (names, at, crlf) => {
        const end = crlf ? '\r\n' : '\n';
        const lines = names.map((one, n) => `p${n}@example.com,${quoted(one)}`);
        const file = ['to,customer.name', ...lines, ''].join(end);
        const { length } = new TextEncoder().encode(file);
        const rows = await read(file, { cuts: at.map((cut) => cut % (length + 1)) });
        expect(inputs(rows)).toEqual(names.map((one, n) => ({ to: `p${n}@example.com`, customer: { name: one } })));
      }),
    );
  });

  it('JSON lines cut anywhere read the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(name, { maxLength: 8 }), cuts, async (names, at) => {
        const wanted = names.map((one, n) => ({ to: `p${n}@example.com`, customer: { name: one } }));
        const file = wanted.map((one) => `${JSON.stringify(one)}\n`).join('');
        const { length } = new TextEncoder().encode(file);
        const rows = await read(file, { format: 'jsonl', cuts: at.map((cut) => cut % (length + 1)) });
        expect(inputs(rows)).toEqual(wanted);
      }),
    );
  });
});

it('the example file: three good rows and one that is bad on purpose', async () => {
  const recipe = recipes.get('invoice-reminder');
  if (!recipe) throw new Error('no such recipe');
  const file = readFileSync(new URL('../../examples/batches/reminders.csv', import.meta.url));
  const source = { format: 'csv', mapping: null, header: null, rowCount: 0 } as const;
  const { rows } = await readRows(recipe, source, file, true);
  expect(rows.map(({ problem }) => problem?.code ?? null)).toEqual([null, null, null, 'recipe_input']);
});
