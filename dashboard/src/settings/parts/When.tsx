import { absolute, relative, useNow } from '../../lib/time.ts';

/** Relative to read, absolute on hover and for whoever copies it. */
export function When({ at }: { at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={absolute(at)} className="whitespace-nowrap">
      {relative(at, now)}
    </time>
  );
}
