import { StoreInvalid } from './errors.ts';

/** Where an event stands in the log; transaction and row id are 64-bit and therefore text. */
export interface EventPlace {
  epoch: number;
  xid: string;
  id: string;
}
/** Before the first event: what `latestEventId` answers for an empty log. */
export const LOG_START = '0';

/** Fixed widths, so that ids sort as text in the order of the log. */
export function encodeEventId({ epoch, xid, id }: EventPlace): string {
  return [hex(BigInt(epoch), 4), hex(BigInt(xid), 12), hex(BigInt(id), 12)].join('-');
}

/** @throws StoreInvalid for a string that is no event id. */
export function decodeEventId(eventId: string): EventPlace {
  if (eventId === LOG_START) return { epoch: 0, xid: '0', id: '0' };
  const match = /^([0-9a-f]{4})-([0-9a-f]{12})-([0-9a-f]{12})$/.exec(eventId);
  if (!match) throw new StoreInvalid('This is no event id: pass one of an event, or 0 for the start of the log.');
  const [epoch, xid, id] = match.slice(1).map((part) => BigInt(`0x${part}`));
  return { epoch: Number(epoch), xid: String(xid), id: String(id) };
}

const hex = (value: bigint, width: number) => value.toString(16).padStart(width, '0');
