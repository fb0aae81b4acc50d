import { openStore } from '../../src/store/index.ts';
import { creation, entry, projection, revision } from './fixtures.ts';

/** A process of its own, to be killed: writes drafts into the folder it is given and prints each id once acknowledged. */
const [dataDir = '', templateFile] = process.argv.slice(2);
const store = await openStore({ dataDir }, { templateFile });
for (;;) {
  const made = creation();
  await store.createDraft(made);
  await store.saveRevision(revision(made.draftId));
  await store.record(made.draftId, [entry()], projection({ status: 'in_review' }));
  process.stdout.write(`${made.draftId}\n`);
}
