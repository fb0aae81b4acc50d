import { useQuery } from '@tanstack/react-query';
import { recipientQueries, recipients } from '../api/recipients.ts';
import { Button } from '../ui/controls.tsx';
import { useMay } from './may.ts';
import { Line } from './parts/fields.tsx';
import { Section } from './parts/Page.tsx';
import { When } from './parts/When.tsx';
import { useChange } from './use-change.ts';

/** People who wrote that they want no more mail; somebody decides whether it was meant so. Nothing when there are none. */
export function Proposals() {
  const may = useMay();
  const { data, isError, error } = useQuery(recipientQueries.proposals());
  const decide = useChange(({ id, verb }: { id: string; verb: 'accept' | 'dismiss' }) => recipients.decide(id, verb), {
    done: ({ address }, { verb }) => (verb === 'accept' ? `${address} is not written to any more.` : 'Dismissed.'),
    refresh: [['proposals'], ['suppressions']],
    loud: 'Not decided',
  });
  if (isError) {
    return (
      <p role="alert" className="text-bad">
        Proposals could not be loaded: {error.message}
      </p>
    );
  }
  if (!data || data.items.length === 0) return null;
  return (
    <Section
      title={`Asked for by mail · ${data.items.length}`}
      lead="Received messages that ask to get no more mail."
      flush
    >
      <ul>
        {data.items.map(({ id, address, inbox, foundIn, createdAt }) => (
          <Line
            key={id}
            end={
              may('suppress') && (
                <>
                  <Button
                    disabled={decide.busy}
                    aria-label={`Suppress ${address}`}
                    onClick={() => decide.go({ id, verb: 'accept' })}
                  >
                    Suppress
                  </Button>
                  <Button
                    look="quiet"
                    disabled={decide.busy}
                    aria-label={`Dismiss: ${address}`}
                    onClick={() => decide.go({ id, verb: 'dismiss' })}
                  >
                    Not meant so
                  </Button>
                </>
              )
            }
          >
            <p className="font-semibold break-all">{address}</p>
            <p className="break-words text-muted">
              Wrote to {inbox}, <When at={createdAt} /> · found in the {foundIn}
            </p>
          </Line>
        ))}
      </ul>
    </Section>
  );
}
