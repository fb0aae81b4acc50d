import type { Revision } from '../../../src/api/schemas/index.ts';
import { useDesk } from '../desk.ts';
import { Button } from '../ui/controls.tsx';

/** A newer revision arrived while this one was being read. */
export function Newer({ current, onShow }: { current: Revision; onShow: () => void }) {
  const { refine } = useDesk();
  const show = (tab: 'changes' | undefined) => {
    onShow();
    void refine({ tab });
  };
  return (
    <div role="status" className="mb-4 flex flex-wrap items-center gap-2 rounded-xl bg-info-soft px-4 py-2.5 text-info">
      <span className="mr-auto">
        Revision {current.revision} arrived, by {current.author.name}. You are reading an older one.
      </span>
      <Button onClick={() => show('changes')}>What changed</Button>
      <Button onClick={() => show(undefined)}>Read it</Button>
    </div>
  );
}
