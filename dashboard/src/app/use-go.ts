import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useKeys } from '../lib/keys.ts';

/** So long the second key of `G …` is waited for. */
const WAIT_MS = 1_500;

/** `G`, then a letter: to another page. While the letter is waited for it means nothing else. */
export function useGo(): void {
  const navigate = useNavigate();
  const [waiting, setWaiting] = useState(false);
  useEffect(() => {
    if (!waiting) return;
    const timer = setTimeout(() => setWaiting(false), WAIT_MS);
    return () => clearTimeout(timer);
  }, [waiting]);
  const go =
    (to: '/' | '/numbers' | '/batches' | '/operations' | '/alerts' | '/settings' | '/settings/pauses') => () => {
      setWaiting(false);
      void navigate({ to });
    };
  useKeys({ g: () => setWaiting(true) });
  const second = {
    w: go('/'),
    n: go('/numbers'),
    b: go('/batches'),
    o: go('/operations'),
    l: go('/alerts'),
    s: go('/settings'),
    p: go('/settings/pauses'),
    escape: () => setWaiting(false),
  };
  useKeys(waiting ? second : {}, true);
}
