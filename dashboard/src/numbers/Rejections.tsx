import type { NumbersView } from '../../../src/api/schemas/index.ts';
import { share } from './words.ts';

/** Why drafts were rejected, the most frequent reason first. */
export function Rejections({ rejections }: Pick<NumbersView, 'rejections'>) {
  const all = rejections.reduce((sum, { count }) => sum + count, 0);
  if (all === 0) return null;
  return (
    <section aria-label="Reasons for rejecting" className="mt-8">
      <h2 className="mb-2 font-semibold">Reasons for rejecting</h2>
      <div className="overflow-hidden rounded-xl border border-line tablet:max-w-md">
        <table className="w-full tabular-nums">
          <thead>
            <tr className="text-xs text-muted">
              <th scope="col" className="px-4 py-2 text-left font-normal">
                Reason
              </th>
              <th scope="col" className="px-3 py-2 text-right font-normal">
                Drafts
              </th>
              <th scope="col" className="px-4 py-2 text-right font-normal">
                Share
              </th>
            </tr>
          </thead>
          <tbody>
            {rejections.map(({ code, message, count }) => (
              <tr key={code ?? ''} className="border-t border-line">
                <th scope="row" className="px-4 py-2 text-left font-normal">
                  {message}
                </th>
                <td className="px-3 py-2 text-right">{count}</td>
                <td className="px-4 py-2 text-right">{share(count, all)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
