import { domainToASCII } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entriesCovering, mailboxesOf, normalizeAddress, normalizeEntry } from '../../src/domain/suppression.ts';

/** The rules in plain words, on one entry and one address, without any of the code under test. */
function covers(entry: string, address: string): boolean {
  const ascii = (domain: string) => domainToASCII(domain.normalize('NFC').toLowerCase());
  const split = (text: string): [string, string] => {
    const at = text.lastIndexOf('@');
    return [text.slice(0, at).toLowerCase(), ascii(text.slice(at + 1))];
  };
  const [user, host] = split(address);
  if (!entry.includes('@')) return host === ascii(entry) || host.endsWith(`.${ascii(entry)}`);
  const [entryUser, entryHost] = split(entry);
  if (entryHost !== host) return false;
  return entryUser === user || (!entryUser.includes('+') && user.startsWith(`${entryUser}+`));
}

// Few letters, so that entries and addresses often meet.
const label = fc.constantFrom('a', 'B', 'ab', 'mail', 'x1', 'bücher', 'BÜCHER', 'xn--bcher-kva', 'straße', '例え');
const domain = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => [...labels, 'org'].join('.'));
const user = fc.stringMatching(/^[abAB.]{1,3}(\+[abA+]{0,3}){0,2}$/);
const address = fc.tuple(user, domain).map(([name, host]) => `${name}@${host}`);
const entry = fc.oneof(address, domain);

describe('suppression matching', () => {
  it('agrees with the rules in plain words', () => {
    let met = 0;
    fc.assert(
      fc.property(entry, address, (wanted, to) => {
        const kept = normalizeEntry(wanted);
        expect(kept).not.toBeNull();
        const matched = entriesCovering(to).includes(kept ?? '');
        expect(matched).toBe(covers(wanted, to));
        if (matched) met += 1;
      }),
      { numRuns: 5_000 },
    );
    expect(met).toBeGreaterThan(100);
  });

  it('has one form for each entry, whoever wrote it', () => {
    fc.assert(
      fc.property(entry, fc.boolean(), (text, upper) => {
        const kept = normalizeEntry(text);
        expect(normalizeEntry(kept ?? '')).toBe(kept);
        expect(normalizeEntry(` ${upper ? text.replace(/[a-z]/g, (letter) => letter.toUpperCase()) : text} `)).toBe(
          kept,
        );
      }),
    );
  });

  it('never throws, and makes of any text one entry that covers itself, or none', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ maxLength: 20 }), (one, other) => {
        for (const text of [one, `${one}@${other}`, `${other}.${one}`]) {
          const kept = normalizeEntry(text);
          if (kept === null) continue;
          expect(normalizeEntry(kept)).toBe(kept);
          if (kept.includes('@')) expect(entriesCovering(kept)[0]).toBe(kept);
          else expect(entriesCovering(`a@${kept}`)).toContain(kept);
        }
        expect(entriesCovering(`${one}@${other}`).length).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('suppression entries', () => {
  it('have one form, also of what only looks like an address', () => {
    const unit = fc.constantFrom(...'a1+.。@<>[]%:/ \0\u00ad\u0130ßÅ'.split(''), 'xn--', '0x7f', 'E\u0301');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 8 }), fc.string({ unit, maxLength: 8 }), (one, other) => {
        for (const text of [one, `${one}@${other}`, `a@${other}.`, `${other}..`]) {
          const kept = normalizeEntry(text);
          if (kept === null) continue;
          expect(normalizeEntry(kept)).toBe(kept);
          expect(entriesCovering(kept.includes('@') ? kept : `a@${kept}`)).toContain(kept);
        }
      }),
      { numRuns: 5_000, examples: [['\0', '[..']] },
    );
  });

  it.each([
    ['user@example.com..', 'user@example.com'],
    ['\0@[..', '\0@['],
    ['Stop <STOP@Example.com>', 'stop@example.com'],
    [' @Example.COM. ', 'example.com'],
    ['user@bücher.example', 'user@xn--bcher-kva.example'],
    ['user@XN--BCHER-KVA.example', 'user@xn--bcher-kva.example'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['user@例え。テスト', 'user@xn--r8jz45g.xn--zckzah'],
    ['user@example.com.', 'user@example.com'],
    ['o+x@0x7f.1', 'o+x@0x7f.1'],
    ['+tag@example.com', '+tag@example.com'],
    ['user@ex%61mple.com', 'user@ex%61mple.com'],
  ])('%j is kept as %j', (text, kept) => {
    expect(normalizeEntry(text)).toBe(kept);
  });

  it.each(['', 'com', 'a b.com', 'a@b@c.de', 'http://example.com', 'example.com/x', '*@example.com, b@c.de', '.com'])(
    '%j is none',
    (text) => {
      expect(normalizeEntry(text)).toBeNull();
    },
  );

  it('covers from the narrowest to the widest', () => {
    expect(entriesCovering('User+News@Mail.Example.com')).toEqual([
      'user+news@mail.example.com',
      'user@mail.example.com',
      'mail.example.com',
      'example.com',
    ]);
    expect(entriesCovering('+tag@example.com')).toEqual(['+tag@example.com', 'example.com']);
    expect(entriesCovering('nobody')).toEqual([]);
    expect(mailboxesOf('a+b+c@x.org')).toEqual(['a+b+c@x.org', 'a@x.org']);
    expect(normalizeAddress('A <a@B.org>')).toBe('a@b.org');
  });
});
