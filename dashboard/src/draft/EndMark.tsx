import type { Revision } from '../../../src/api/schemas/index.ts';
import { readingKey, useEndMark } from './reading.ts';

export function EndMark({ revision }: { revision: Revision }) {
  return <div ref={useEndMark(readingKey(revision.draftId, revision.revision))} className="h-px" />;
}
