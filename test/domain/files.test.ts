import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { resultLine } from '../../src/api/batches/views.ts';
import { crc32 } from '../../src/domain/crc32.ts';
import { guardFormula, withoutFormulaGuard } from '../../src/domain/formula-guard.ts';

it('the checksum of a file is that of its pieces one after the other', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcb_f4_39_26);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), (bytes, at) => {
      expect(crc32(bytes.subarray(at), crc32(bytes.subarray(0, at)))).toBe(zlibCrc32(bytes));
    }),
  );
});

it('a guarded cell is no formula, and comes back as it was', () => {
  fc.assert(
    fc.property(fc.constantFrom('', '=', '+', "'", "'=", '@', '\t'), fc.string(), (start, rest) => {
      const cell = guardFormula(start + rest);
      expect(cell).not.toMatch(/^[=+\-@\t\r]/);
      expect(withoutFormulaGuard(cell)).toBe(start + rest);
    }),
  );
});

it('a result file holds no formula that a spreadsheet would run', () => {
  const result = { row: 1, status: 'bad', draftId: null, inputRef: null, messageId: null, sentAt: null } as const;
  const line = resultLine({ ...result, errorCode: 'recipe_input', errorMessage: '=HYPERLINK("http://x")' }, 'csv');
  expect(line).toBe(`1,bad,,,recipe_input,"'=HYPERLINK(""http://x"")",,\r\n`);
  expect(resultLine({ ...result, errorCode: null, errorMessage: '-1' }, 'jsonl')).toContain('"-1"');
});
