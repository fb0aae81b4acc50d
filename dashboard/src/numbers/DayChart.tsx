import type { NumbersView } from '../../../src/api/schemas/index.ts';

type Day = NumbersView['days'][number];

type Series = readonly (readonly [type: keyof Day['counts'], word: string, look: string])[];

export const DECIDED: Series = [
  ['approved', 'Approved', 'fill-good'],
  ['changes_requested', 'Changes requested', 'fill-warn'],
  ['rejected', 'Rejected', 'fill-bad'],
];
export const LEFT: Series = [
  ['sent', 'Sent', 'fill-accent'],
  ['bounced', 'Bounced', 'fill-bad'],
  ['complained', 'Complaints', 'fill-warn'],
];
const WIDTH = 720;
const HEIGHT = 160;
const GAP = 2;

const totalOf = ({ counts }: Day, series: Series) => series.reduce((sum, [type]) => sum + (counts[type] ?? 0), 0);
const dayWord = (day: string) =>
  new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' }).format(
    Date.parse(day),
  );
const sentence = (day: Day, series: Series) =>
  `${dayWord(day.day)}: ${series.map(([type, word]) => `${day.counts[type] ?? 0} ${word.toLowerCase()}`).join(', ')}`;

/** What happened each day, stacked; the same numbers are in a table for who cannot see it. */
export function DayChart({ days, series }: { days: readonly Day[]; series: Series }) {
  const most = Math.max(1, ...days.map((day) => totalOf(day, series)));
  const step = WIDTH / Math.max(days.length, 1);
  return (
    <figure>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        className="block h-40 w-full"
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {days.map((day, index) => (
          <g key={day.day}>
            <title>{sentence(day, series)}</title>
            <rect x={index * step} width={step} y={0} height={HEIGHT} fill="transparent" />
            {barsOf(day, series, most).map(({ type, look, y, height }) => (
              <rect key={type} className={look} x={index * step + GAP / 2} width={step - GAP} y={y} height={height} />
            ))}
          </g>
        ))}
        <line x1={0} x2={WIDTH} y1={HEIGHT} y2={HEIGHT} className="stroke-line" />
      </svg>
      <figcaption className="mt-1 flex flex-wrap justify-between gap-x-4 text-xs text-muted">
        <span>{days[0] && dayWord(days[0].day)}</span>
        <span className="flex flex-wrap gap-x-4">
          {series.map(([type, word, look]) => (
            <span key={type} className="flex items-center gap-1.5">
              <svg viewBox="0 0 8 8" className={`size-2 ${look}`} aria-hidden="true">
                <rect width="8" height="8" />
              </svg>
              {word}
            </span>
          ))}
          <span>highest day: {most}</span>
        </span>
        <span>{days.length > 1 && dayWord(days.at(-1)?.day ?? '')}</span>
      </figcaption>
      <details className="mt-2 text-xs">
        <summary className="text-muted">As a table</summary>
        <table className="mt-2 w-full tabular-nums">
          <thead>
            <tr className="text-left text-muted">
              <th scope="col">Day</th>
              {series.map(([type, word]) => (
                <th key={type} scope="col" className="text-right">
                  {word}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {days.map(({ day, counts }) => (
              <tr key={day} className="border-t border-line">
                <th scope="row" className="text-left font-normal">
                  {dayWord(day)}
                </th>
                {series.map(([type]) => (
                  <td key={type} className="text-right">
                    {counts[type] ?? 0}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

/** From the bottom up, in the order of the legend. */
function barsOf(day: Day, series: Series, most: number) {
  let top = HEIGHT;
  return series.map(([type, , look]) => {
    const height = ((day.counts[type] ?? 0) / most) * HEIGHT;
    top -= height;
    return { type, look, y: top, height };
  });
}
