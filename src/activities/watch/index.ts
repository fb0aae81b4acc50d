import type { WatchActivities, WatchCheck, WatchSummary } from '../types-watch.ts';
import { waitingAlerts } from './alerts.ts';
import { away } from './away.ts';
import { batches } from './batches.ts';
import { type Check, lookOf, type WatchDeps } from './check.ts';
import { engine } from './engine.ts';
import { mirrors } from './mirrors.ts';
import { overdue } from './overdue.ts';
import { held, paused } from './pauses.ts';
import { proposals } from './proposals.ts';
import { quota } from './quota.ts';
import { rates } from './rates.ts';
import { stuck } from './stuck.ts';
import { told } from './told.ts';
import { unclaimed } from './unclaimed.ts';
import { unheard } from './unheard.ts';

const CHECKS: Record<WatchCheck, Check> = {
  unclaimed,
  batches,
  overdue,
  stuck,
  held,
  engine,
  rates,
  quota,
  paused,
  away,
  told,
  proposals,
  mirrors,
  unheard,
  alerts: waitingAlerts,
};

export function watchActivities(deps: WatchDeps): Pick<WatchActivities, 'watch'> {
  return {
    async watch({ check, run }): Promise<WatchSummary> {
      const done = await CHECKS[check](lookOf(deps, run));
      return { looked: 0, noticed: 0, repaired: 0, found: 0, ...done };
    },
  };
}
