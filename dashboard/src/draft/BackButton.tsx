import { useDesk } from '../desk.ts';

/** Only where the draft fills the screen. */
export function BackButton() {
  const { close } = useDesk();
  return (
    <button
      type="button"
      aria-label="Back to the queue"
      onClick={() => void close()}
      className="-ml-2 inline-flex size-9 items-center justify-center rounded-lg text-lg text-muted hover:bg-hover tablet:hidden"
    >
      ←
    </button>
  );
}
