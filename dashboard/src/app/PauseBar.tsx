import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { operateQueries } from '../api/operate.ts';
import { useMay } from '../settings/may.ts';

/** While everything is paused nobody should wonder why nothing leaves. */
export function PauseBar() {
  const may = useMay();
  const { data } = useQuery({ ...operateQueries.pauses(), enabled: may('see') });
  const all = data?.items.find(({ kind }) => kind === 'all');
  return (
    <div role="status">
      {all && (
        <p className="bg-bad-soft px-4 py-1.5 text-center text-bad">
          All sending is paused{all.reason ? `: ${all.reason}` : ''} ({all.by.name}).{' '}
          <Link to="/settings/pauses" className="font-semibold underline">
            Stop and go
          </Link>
        </p>
      )}
    </div>
  );
}
