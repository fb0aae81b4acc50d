import { afterAll, beforeAll, describe } from 'vitest';
import { ENGINES, type TestStore } from './engines.ts';
import { type Bench, creation } from './fixtures.ts';
import { documentTests } from './suites/documents.ts';
import { draftTests } from './suites/drafts.ts';
import { eventTests } from './suites/events.ts';
import { limitTests } from './suites/limits.ts';
import { listTests } from './suites/list.ts';
import { operationTests } from './suites/operations.ts';
import { recipientTests } from './suites/recipients.ts';
import { revisionTests } from './suites/revisions.ts';
import { routingTests } from './suites/routings.ts';
import { settingTests } from './suites/settings.ts';
import { textTests } from './suites/text.ts';
import { webhookTests } from './suites/webhooks.ts';

describe.each(ENGINES)('the store on $engine', ({ open }) => {
  let testStore: TestStore;
  beforeAll(async () => {
    testStore = await open();
  });
  afterAll(() => testStore.close());

  const bench: Bench = {
    opened: () => testStore,
    store: () => testStore.store,
    async newDraft(change) {
      const made = creation(change);
      await testStore.store.createDraft(made);
      return made.draftId;
    },
  };
  describe('drafts', () => draftTests(bench));
  describe('list', () => listTests(bench));
  describe('events', () => eventTests(bench));
  describe('revisions and commands', () => revisionTests(bench));
  describe('documents, steps, blobs', () => documentTests(bench));
  describe('inboxes', () => settingTests(bench));
  describe('suppressions and preferences', () => recipientTests(bench));
  describe('webhook events and proposals', () => webhookTests(bench));
  describe('limits, pauses, quota', () => limitTests(bench));
  describe('turns and absence', () => routingTests(bench));
  describe('operations', () => operationTests(bench));
  describe('text', () => textTests(bench));
});
