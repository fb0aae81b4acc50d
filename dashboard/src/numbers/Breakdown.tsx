import type { DecisionCountsView } from '../../../src/api/schemas/index.ts';
import { decisionsOf, lasting, share } from './words.ts';

export interface Line extends DecisionCountsView {
  key: string;
  name: string;
}

/** Rates of one kind of thing: agents, recipes or people. Scrolls sideways on a phone. */
export function Breakdown({ title, lines, quick = false }: { title: string; lines: readonly Line[]; quick?: boolean }) {
  if (lines.length === 0) return null;
  const head = ['Decisions', 'Approved', 'Rejected', 'Sent back', 'Edits', 'Median time'];
  return (
    <section aria-label={title} className="mt-8">
      <h2 className="mb-2 font-semibold">{title}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <div className="overflow-x-auto rounded-xl border border-line" tabIndex={0}>
        <table className="w-full min-w-xl tabular-nums">
          <thead>
            <tr className="text-xs text-muted">
              <th scope="col" className="px-4 py-2 text-left font-normal">
                {title}
              </th>
              {[...head, ...(quick ? ['Too fast to read'] : [])].map((name) => (
                <th key={name} scope="col" className="px-3 py-2 text-right font-normal">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => {
              const all = decisionsOf(line);
              return (
                <tr key={line.key} className="border-t border-line">
                  <th scope="row" className="max-w-48 truncate px-4 py-2 text-left font-normal">
                    {line.name}
                  </th>
                  <td className="px-3 py-2 text-right">{all}</td>
                  <td className="px-3 py-2 text-right">{share(line.approved, all)}</td>
                  <td className="px-3 py-2 text-right">{share(line.rejected, all)}</td>
                  <td className="px-3 py-2 text-right">{share(line.changesRequested, all)}</td>
                  <td className="px-3 py-2 text-right">
                    {line.edited}
                    {line.edited > 0 && all > 0 && ` · ${share(line.edited, all)}`}
                  </td>
                  <td className="px-3 py-2 text-right">{lasting(line.medianMs)}</td>
                  {quick && (
                    <td className={`px-3 py-2 text-right ${line.quick > 0 ? 'font-semibold text-warn' : ''}`}>
                      {line.timed === 0 ? '–' : `${line.quick} of ${line.timed}`}
                    </td>
                  )}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}
