import { REMIND_AFTER_MS } from '../../domain/alert.ts';
import { type Check, forEach } from './check.ts';

/** Telling begins at once, unless Temporal could not be reached at that moment. */
const GRACE_MS = 30_000;
/** Telling is tried for a day: what nobody touched for longer was ended by force. */
const EXPIRE_MS = 2 * 86_400_000;
const AT_MOST = 200;

/** Alerts that nobody began to tell, and those that nobody took care of for a day. */
export const waitingAlerts: Check = async (look) => {
  const { store, alerts } = look.deps;
  const { nowMs } = look;
  const found = await store.expireDeliveries(nowMs - EXPIRE_MS, nowMs);
  const reminders = await store.remindAlerts(nowMs - REMIND_AFTER_MS, nowMs);
  const waiting = await store.waitingDeliveries(nowMs - GRACE_MS, AT_MOST);
  let repaired = 0;
  const looked = await forEach(look, [...reminders, ...waiting], async (ref) => {
    if (await alerts.tell(ref)) repaired += 1;
  });
  return { looked, repaired, found };
};
