import type { Weekday } from '../../../src/domain/schedule.ts';

export type { Weekday };
/** As in a window; repeated here because importing the value would bring the whole schema library into the page. */
export const WEEKDAYS: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
