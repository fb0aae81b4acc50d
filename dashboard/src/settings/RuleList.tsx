import type { Condition } from '../../../src/domain/policy/schema.ts';
import type { PolicyRules } from '../api/policies.ts';
import { Empty } from '../ui/states.tsx';
import { Pill } from './parts/fields.tsx';
import { isLeaf, leafInWords, outcomeInWords } from './rule-words.ts';

/** Rules as people read them, in the order in which they are asked. */
export function RuleList({ policy }: { policy: PolicyRules }) {
  const { rules, ownDomains } = policy;
  return (
    <>
      {ownDomains.length > 0 && (
        <p className="px-4 pb-3 text-muted tablet:px-5">Own domains: {ownDomains.join(', ')}</p>
      )}
      {rules.length === 0 && <Empty title="There is no rule in it.">The mode of each inbox decides.</Empty>}
      <ol aria-label="Rules">
        {rules.map(({ id, description, enabled, when, outcome }, index) => (
          <li key={id} className="border-t border-line px-4 py-3 tablet:px-5">
            <p className="flex flex-wrap items-center gap-2">
              <span className="text-muted tabular-nums">{index + 1}.</span>
              <span className="font-semibold break-all">{id}</span>
              {!enabled && <Pill tone="muted">Off</Pill>}
              {outcome.kind === 'refuse' && <Pill tone="bad">Refuses</Pill>}
              {outcome.kind === 'auto' && <Pill tone="warn">Nobody reads it</Pill>}
              {outcome.kind === 'monitor' && <Pill tone="warn">Monitored</Pill>}
            </p>
            {description && <p className="text-muted">{description}</p>}
            <div className={enabled ? '' : 'text-muted'}>
              <div className="mt-1 flex gap-2">
                <span className="w-10 shrink-0 text-muted">When</span>
                <div className="min-w-0 break-words">{when ? <Asked condition={when} /> : 'always'}</div>
              </div>
              <p className="flex gap-2">
                <span className="w-10 shrink-0 text-muted">then</span>
                <span>{outcomeInWords(outcome).join(' ')}</span>
              </p>
            </div>
          </li>
        ))}
      </ol>
    </>
  );
}

const HEADS = { all: 'all of these:', any: 'any of these:' } as const;

function Asked({ condition }: { condition: Condition }) {
  if (isLeaf(condition)) return leafInWords(condition);
  if (condition.kind === 'not') {
    return (
      <>
        not: <Asked condition={condition.of} />
      </>
    );
  }
  return (
    <>
      {HEADS[condition.kind]}
      <ul className="list-disc pl-5">
        {condition.of.map((part) => (
          <li key={JSON.stringify(part)}>
            <Asked condition={part} />
          </li>
        ))}
      </ul>
    </>
  );
}
