import { expect, it } from 'vitest';
import { StoreInvalid } from '../../../src/store/index.ts';
import type { Bench } from '../fixtures.ts';
import { creation, entry, revision } from '../fixtures.ts';

const HOSTILE = {
  nul: 'a\0b',
  'an escaped nul': 'a\\u0000b',
  'half a surrogate pair': 'x\ud800y',
  'the other half': 'x\udc00',
  'swapped halves': '\udc00\ud800',
  'right to left': 'שלום \u202Eevil\u202C العالم',
  emoji: '👩‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿 é',
  controls: '\u0001\u007f\u0085\u2028\ufeff\uffff',
  sql: '\'; drop table drafts; -- \\ " $1 %s',
};

export function textTests({ store, newDraft }: Bench) {
  it.each(Object.entries(HOSTILE))('keeps content with %s as it is', async (_, text) => {
    const id = await newDraft();
    const { content } = revision(id);
    const saved = revision(id, { content: { ...content, subject: text, text, html: text, to: [text] } });
    await store().saveRevision(saved);
    expect(await store().getRevision(id, 1)).toEqual(saved);
    const ref = await store().putDocument(id, { [text]: [text] });
    expect(await store().getDocument(id, ref)).toEqual({ [text]: [text] });
    await store().putStep(id, 'step', text);
    expect(await store().getStep(id, 'step')).toBe(text);
    await store().record(id, [entry({ data: { code: text } })], null);
    expect((await store().listEvents(id))[0]?.data).toEqual({ code: text });
    expect((await store().listDrafts({ text, limit: 10 })).items.length).toBeGreaterThanOrEqual(0);
    const row = await store().getDraft(id);
    expect(row?.subject).toBe(text.replace(/[\0\p{Surrogate}]/gu, '\uFFFD'));
  });

  it('distinguishes documents that differ in half a surrogate pair', async () => {
    const refs = ['\ud800', '\ud801', '\ufffd'].map((value) => store().putDocument('draft-text', value));
    expect(new Set(await Promise.all(refs)).size).toBe(3);
  });

  it.each(['a\0b', 'x\ud800'])('refuses %j in a name', async (name) => {
    const id = await newDraft();
    const attempts = [
      () => store().createDraft(creation({ draftId: name })),
      () => store().createDraft(creation({ creator: { id: 'x', kind: 'agent', roles: [], ...{ name } } })),
      () => store().getDraft(name),
      () => store().claimDraft(id, name),
      () => store().record(id, [entry({ origin: name })], null),
      () => store().putInbox('inbox', { declaredFooter: name }),
      () => store().putStep(id, name, 1),
      () => store().suppressedAmong([`${name}@example.com`], { inboxId: 'inbox', nowMs: 1 }),
      () => store().listDrafts({ inboxId: name, limit: 1 }),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toThrow(StoreInvalid);
  });

  it('quotes no content in its errors', async () => {
    const error = await store()
      .createDraft(creation({ draftId: 'secret-name\0', recipe: 'secret-recipe' }))
      .catch((reason: unknown) => reason);
    expect(String(error)).not.toContain('secret');
    expect(error).toBeInstanceOf(StoreInvalid);
  });
}
