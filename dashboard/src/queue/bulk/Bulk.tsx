import { useState } from 'react';
import { useKeys } from '../../lib/keys.ts';
import { useStore } from '../../lib/store.ts';
import { bulk, clearSelection, selection } from '../selection.ts';
import { Carry, type Task } from './Carry.tsx';
import { ForAll } from './ForAll.tsx';
import { ReadAll } from './ReadAll.tsx';

/** Several drafts decided together, in place of the one that is read. */
export function Bulk() {
  const act = useStore(bulk);
  // Chosen when it began: what arrives or leaves meanwhile changes nothing.
  const [ids] = useState(() => [...selection.get()]);
  const [task, setTask] = useState<Task | null>(null);
  const leave = () => bulk.set(() => null);
  useKeys(task === null ? { escape: leave } : {}, true);
  if (task !== null) return <Carry task={task} onDone={clearSelection} />;
  if (act === 'approve') return <ReadAll ids={ids} onLeave={leave} onDone={setTask} />;
  if (act === null) return null;
  return <ForAll ids={ids} act={act} onLeave={leave} onDone={setTask} />;
}
