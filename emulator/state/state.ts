import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { faultRecord } from '../faults/rule.ts';
import { newUuid } from '../ids.ts';
import { type BlobStore, fileBlobs, memoryBlobs } from './blobs.ts';
import { type Change, Collection } from './collection.ts';
import { type Journal, type JournalLine, memoryJournal, openJournal, readJournal } from './journal.ts';
import { MessageIndex, messageKey } from './message-index.ts';
import {
  apiKeyRecord,
  clientIdRecord,
  type DraftRecord,
  deliveryRecord,
  draftRecord,
  ghostRecord,
  idempotencyRecord,
  inboxRecord,
  listEntryRecord,
  messageRecord,
  outboxRecord,
  relayRecord,
  webhookRecord,
} from './records.ts';
import { defaultSwitches, type SettingsRecord, settingsRecord } from './settings.ts';

const SETTINGS_ID = 'settings';

/** Everything the emulator remembers. All writing goes through `commit`. */
export class State {
  readonly messageIndex = new MessageIndex();
  readonly inboxes = new Collection('inboxes', inboxRecord);
  /** Drafts the service is to send itself, so that looking for due ones does not walk all drafts. */
  readonly scheduledDraftIds = new Set<string>();
  readonly drafts = new Collection('drafts', draftRecord, (before, after) => {
    if (before) this.scheduledDraftIds.delete(before.draft_id);
    if (after && isScheduled(after)) this.scheduledDraftIds.add(after.draft_id);
  });
  readonly ghosts = new Collection('ghosts', ghostRecord);
  readonly messages = new Collection('messages', messageRecord, (before, after) =>
    this.messageIndex.observe(before, after),
  );
  readonly outbox = new Collection('outbox', outboxRecord, (before, after) => {
    if (before) this.#countMonth(before.acceptedAt, -1);
    if (after) this.#countMonth(after.acceptedAt, 1);
  });
  readonly #sentByMonth = new Map<string, number>();
  readonly idempotency = new Collection('idempotency', idempotencyRecord);
  readonly clientIds = new Collection('clientIds', clientIdRecord);
  readonly apiKeys = new Collection('apiKeys', apiKeyRecord);
  readonly lists = new Collection('lists', listEntryRecord);
  readonly webhooks = new Collection('webhooks', webhookRecord);
  readonly pendingDeliveryIds = new Set<string>();
  readonly deliveries = new Collection('deliveries', deliveryRecord, (before, after) => {
    if (before) this.pendingDeliveryIds.delete(before.delivery_id);
    if (after?.status === 'pending') this.pendingDeliveryIds.add(after.delivery_id);
  });
  readonly pendingRelayIds = new Set<string>();
  readonly relays = new Collection('relays', relayRecord, (before, after) => {
    if (before) this.pendingRelayIds.delete(messageKey(before.inboxId, before.messageId));
    if (after?.status === 'pending') this.pendingRelayIds.add(messageKey(after.inboxId, after.messageId));
  });
  readonly faults = new Collection('faults', faultRecord);
  readonly #settings = new Collection('settings', settingsRecord);
  readonly #journal: Journal;
  readonly blobs: BlobStore;
  #seq = 0;

  constructor(journal: Journal, blobs: BlobStore, lines: JournalLine[]) {
    this.#journal = journal;
    this.blobs = blobs;
    const byName = new Map(this.#collections().map((collection) => [collection.name, collection]));
    for (const line of lines) for (const change of line) byName.get(change.c)?.restore(change.i, change.v);
    this.#seq = this.#highestSeq();
    if (!this.#settings.get(SETTINGS_ID)) this.commit([this.#settings.put(SETTINGS_ID, freshSettings())]);
    if (lines.length > 0) this.#compact();
  }

  get settings(): SettingsRecord {
    const settings = this.#settings.get(SETTINGS_ID);
    if (!settings) throw new Error('settings are written by the constructor and never removed');
    return settings;
  }

  saveSettings(patch: Partial<SettingsRecord>): void {
    this.commit([this.#settings.put(SETTINGS_ID, { ...this.settings, ...patch })]);
  }

  /** Orders rows made in the same millisecond. */
  nextSeq(): number {
    this.#seq += 1;
    return this.#seq;
  }

  /** How many messages were accepted in this month, as `monthOf` writes it. */
  sentIn(month: string): number {
    return this.#sentByMonth.get(month) ?? 0;
  }

  #countMonth(acceptedAt: string, by: number): void {
    const month = monthOf(acceptedAt);
    this.#sentByMonth.set(month, this.sentIn(month) + by);
  }

  /** Makes the changes durable as one record, then visible. Nothing may be answered before this returned. */
  commit(changes: Change[]): void {
    if (changes.length === 0) return;
    this.#journal.append(changes.map(({ collection, id, value }) => ({ c: collection, i: id, v: value })));
    for (const change of changes) change.apply();
  }

  /** Forgets everything, switches and clock offset too; the organization stays the same. */
  reset(): void {
    const { organizationId, podId, downloadSecret } = this.settings;
    for (const collection of this.#collections()) collection.clear();
    const settings = this.#settings.put(SETTINGS_ID, { ...freshSettings(), organizationId, podId, downloadSecret });
    settings.apply();
    this.#compact();
  }

  close(): void {
    this.#journal.close();
  }

  #compact(): void {
    const collections = this.#collections();
    this.#journal.rewrite(
      (function* rows() {
        for (const { name, entries } of collections) for (const [i, v] of entries()) yield [{ c: name, i, v }];
      })(),
    );
  }

  #highestSeq(): number {
    let highest = 0;
    const rows = [this.inboxes, this.drafts, this.messages, this.outbox, this.webhooks, this.deliveries, this.apiKeys];
    for (const collection of rows) for (const row of collection.values()) highest = Math.max(highest, row.seq);
    return highest;
  }

  #collections() {
    const all = [
      view(this.#settings),
      view(this.inboxes),
      view(this.drafts),
      view(this.ghosts),
      view(this.messages),
      view(this.outbox),
      view(this.idempotency),
      view(this.clientIds),
      view(this.apiKeys),
      view(this.lists),
      view(this.webhooks),
      view(this.deliveries),
      view(this.relays),
      view(this.faults),
    ];
    return all;
  }
}

/** The part of a collection that restoring and compacting need, whatever its rows are. */
function view<T>(collection: Collection<T>) {
  return {
    name: collection.name,
    restore: (id: string, raw: unknown) => collection.restore(id, raw),
    entries: (): [string, unknown][] => collection.entries(),
    clear: () => collection.clear(),
  };
}

/** `2026-03` of an ISO time. */
export const monthOf = (iso: string): string => iso.slice(0, 7);

const isScheduled = ({ send_status: status }: DraftRecord): boolean => status === 'scheduled' || status === 'sending';

function freshSettings(): SettingsRecord {
  return {
    offsetMs: 0,
    organizationId: newUuid(),
    podId: newUuid(),
    downloadSecret: randomBytes(32).toString('hex'),
    switches: defaultSwitches,
  };
}

/** In memory without `dataDir`; otherwise everything in that folder is restored and the journal compacted. */
export function openState(dataDir: string | undefined): State {
  if (dataDir === undefined) return new State(memoryJournal, memoryBlobs(), []);
  mkdirSync(dataDir, { recursive: true });
  const lines = readJournal(dataDir);
  return new State(openJournal(dataDir), fileBlobs(dataDir), lines);
}
