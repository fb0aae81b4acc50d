import { type OpenHours, openSpans, type Span } from './open-hours.ts';

/** Hours in which a recipient wants no mail, every day: HH:MM on the wall clock of the zone, over midnight if from > to. */
export interface QuietHours {
  timeZone: string;
  from: string;
  to: string;
}

/** The end of the quiet hours around `atMs`, epoch ms; null when they are not on. `from` = `to` means never quiet. */
export function quietUntilMs({ timeZone, from, to }: QuietHours, atMs: number): number | null {
  if (from === to) return null;
  // Over midnight the hours between are those that stay open.
  if (from > to) {
    const open = firstSpan({ timeZone, from: to, to: from }, atMs);
    return open === undefined || open.fromMs <= atMs ? null : open.fromMs;
  }
  const quiet = firstSpan({ timeZone, from, to }, atMs);
  return quiet !== undefined && quiet.fromMs <= atMs ? quiet.toMs : null;
}

/** Of several recipients: the end of the quiet hours that last longest. After it others may have begun. */
export function quietUntilAllMs(quiet: readonly QuietHours[], atMs: number): number | null {
  const ends = quiet.flatMap((hours) => quietUntilMs(hours, atMs) ?? []);
  return ends.length === 0 ? null : Math.max(...ends);
}

const firstSpan = (hours: OpenHours, fromMs: number): Span | undefined => openSpans(hours, fromMs).next().value;
