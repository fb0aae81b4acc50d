import { useQuery } from '@tanstack/react-query';
import { Refused } from '../api/http.ts';
import { queries } from '../api/queries.ts';
import { useDesk } from '../desk.ts';
import { Empty, Failure, Skeleton } from '../ui/states.tsx';
import { BackButton } from './BackButton.tsx';
import { DraftPage } from './DraftPage.tsx';

export function DraftPane({ id }: { id: string }) {
  const { close } = useDesk();
  const { data, error, isPending, refetch } = useQuery(queries.draft(id));
  // A draft once read stays readable when the connection is gone.
  if (data) return <DraftPage draft={data} />;
  return (
    <div className="p-2">
      <BackButton />
      {isPending && <Skeleton lines={['w-1/2', 'w-1/3', 'w-5/6', 'w-4/5', 'w-3/4', 'w-2/3']} />}
      {error instanceof Refused && error.status === 404 ? (
        <Empty title="There is no such draft.">
          <button type="button" className="font-semibold text-accent hover:underline" onClick={() => void close()}>
            Back to the queue
          </button>
        </Empty>
      ) : (
        error && <Failure error={error} retry={() => void refetch()} />
      )}
    </div>
  );
}
