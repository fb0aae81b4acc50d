import { Button } from '../ui/controls.tsx';
import { focusOnce } from '../ui/focus.ts';

/** Asked once before an approval: the end of the text was not on screen, or somebody else is at it. */
export function Ask(props: { unread: boolean; other: string | null; onApprove: () => void; onBack: () => void }) {
  const { unread, other, onApprove, onBack } = props;
  return (
    <div role="alert" className="flex flex-wrap items-center gap-2">
      <p className="mr-auto">
        {other !== null && `${other} has taken this draft. `}
        {unread && 'You have not seen the end of this text.'}
      </p>
      <Button look="primary" onClick={onBack} ref={focusOnce}>
        {unread ? 'Keep reading' : 'Leave it'}
      </Button>
      <Button onClick={onApprove}>Approve anyway</Button>
    </div>
  );
}
