import type { LimitKind, PauseKind, RateScope, RateWindow, SendLimit } from '../domain/limits.ts';

/** Nothing of this kind and id is sent until somebody resumes it. `all` has the id ''. */
export interface Pause {
  kind: PauseKind;
  id: string;
  reason: string;
  /** Id of who paused; `system` for a pause of our own making. */
  by: string;
  atMs: number;
}
/** What keeps a draft from leaving: a pause of a whole kind, or one of its own. */
export type PauseOn = Omit<Pause, 'kind'> & { kind: PauseKind | 'draft' };
/** What a draft can be paused by. */
export interface PauseTarget {
  draftId: string;
  inboxId: string;
  recipe: string | null;
  creatorId: string;
  batchId: string | null;
}

export interface PermitRequest {
  /** What `limitsFor` says; none means no limit but the key's own rest. */
  scopes: readonly RateScope[];
  /** Names who waits: the same each time it asks for one request, and nobody else's. */
  holder: string;
  /** How long the permit counts when its holder dies: longer than a request can be under way. */
  leaseMs: number;
  /** The caller waited as it was told to: it comes before those who did not wait yet. */
  hasTurn: boolean;
}
/** `waitMs` counts from now, by no clock in particular. `scope` is what there was no room in; `key` while AgentMail rests. */
export type PermitAnswer = { granted: true; permitId: string } | { granted: false; waitMs: number; scope: string };

export type QuotaLevel = 'ok' | 'warning' | 'critical' | 'exhausted';
export interface QuotaSettings {
  /** Messages a calendar month (UTC); null: nobody counts. */
  monthlyQuota: number | null;
  /** Percent of the quota from which the level is `warning`, and `critical`. */
  warningPercent: number;
  criticalPercent: number;
}
export interface QuotaState extends QuotaSettings {
  used: number;
  quota: number | null;
  level: QuotaLevel;
  /** When the next month begins. */
  resetsAtMs: number;
}

/** A change of settings, as it was before and after. */
export interface SettingChange {
  atMs: number;
  actorId: string;
  actorName: string;
  /** Such as `inbox:billing@agentmail.to` or `pause:all`. */
  what: string;
  before: unknown;
  after: unknown;
}
export interface SettingChangeRow extends SettingChange {
  id: string;
}

/** Limits, pauses, the quota, and the log of settings. */
export interface LimitsStore {
  /** Pauses, or says anew why something is paused. */
  putPause(pause: Pause): Promise<void>;
  /** False when there was no such pause. */
  removePause(kind: PauseKind, id: string): Promise<boolean>;
  listPauses(): Promise<Pause[]>;
  /** Pauses that hold a draft, the widest first. */
  pausesOn(target: PauseTarget): Promise<PauseOn[]>;
  /** Approved drafts a pause holds, of those that a pause of `target` is about, by id. */
  heldDrafts(
    target: Pick<Pause, 'kind' | 'id'>,
    page: { limit: number; cursor?: string },
  ): Promise<{ draftIds: string[]; nextCursor: string | null }>;
  countHeldDrafts(target: Pick<Pause, 'kind' | 'id'>): Promise<number>;
  /** Drafts recorded as held by a pause although nothing of theirs is paused any more: they were not told. By id. */
  heldWithoutPause(limit: number, after?: string): Promise<string[]>;

  /**
   * Asks for room within every scope at once. A permit counts in a scope from now until `perMs` after its release, so
   * that no window of `perMs` at the provider sees more than `count` requests, whatever the delays in between. Without
   * room the answer is the time of the caller's own turn: nobody needs to ask more often.
   */
  acquirePermit(request: PermitRequest): Promise<PermitAnswer>;
  /**
   * After the provider answered, or when nobody knows whether it did. Not `used`: the request never left, and its room is
   * free at once. The id of a permit without scopes is ''.
   */
  releasePermit(permitId: string, options?: { used?: boolean }): Promise<void>;
  /** Nobody gets a permit of `scope` for `ms`; never shortens a rest. `key`: of any scope. */
  slowDown(scope: string, ms: number): Promise<void>;
  /** What is left of the key's rest, in ms; 0 when there is none. */
  keyBlockedMs(): Promise<number>;
  /** All that a send asks first, in one statement. */
  sendLimits(): Promise<{ limits: SendLimit[]; keyBlockedMs: number }>;
  listLimits(): Promise<SendLimit[]>;
  /** Replaces all windows of one target. */
  putLimits(kind: LimitKind, target: string, windows: readonly RateWindow[]): Promise<void>;
  /** False when there were none. */
  removeLimits(kind: LimitKind, target: string): Promise<boolean>;

  sentThisMonth(nowMs: number): Promise<number>;
  getQuota(): Promise<QuotaSettings>;
  putQuota(change: Partial<QuotaSettings>): Promise<QuotaSettings>;
  quotaState(nowMs: number): Promise<QuotaState>;

  logSetting(change: SettingChange): Promise<void>;
  /** Newest first. */
  listSettingsLog(query: {
    what?: string;
    limit: number;
    cursor?: string;
  }): Promise<{ items: SettingChangeRow[]; nextCursor: string | null }>;
}
