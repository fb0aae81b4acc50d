import type { Logger } from 'pino';
import type { MailProvider } from '../agentmail/port.ts';
import type { ReviewChannel } from '../channels/types.ts';
import type { Generator, Recipe } from '../compose/index.ts';
import type { Config } from '../config.ts';
import type { Actor } from '../domain/actor.ts';
import type { OptOutSubject } from '../domain/opt-out.ts';
import type { AlertChannel } from '../notify/index.ts';
import type { NoticeChannel, Store } from '../store/types.ts';
import type { AlertPort } from '../temporal/alerts.ts';
import type { BatchEngine } from '../temporal/batch-engine.ts';
import type { DraftCommands } from '../temporal/draft-commands.ts';
import type { FindEnding } from '../temporal/draft-endings.ts';
import type { DraftEngine } from '../temporal/draft-engine.ts';
import type { RecipientZone } from './due.ts';

export interface OptOutLinks {
  /** The same link for the same subject. */
  urlFor(subject: OptOutSubject): string;
}

/** What the activities are made of. */
export interface ActivityDeps {
  store: Store;
  mail: MailProvider;
  /** The recipes that can be asked for, by name. */
  recipes: ReadonlyMap<string, Recipe>;
  /** Hosts recipes may fetch JSON from. */
  httpSourceHosts: string[];
  /** Secrets that HTTP sources name in their headers. */
  sourceSecrets: Record<string, string>;
  /** Sources of type `activity` by name. */
  customSources: Record<string, (input: unknown) => Promise<unknown>>;
  /** Writes instead of the template where a plan asks for a model; absent when none is configured. */
  generator?: Generator;
  /**
   * Epoch milliseconds. Activities take their time from here: under the time-skipping test server the process's own
   * clock is not the workflow's.
   */
  clock: () => number;
  /** Zones for schedules that follow their recipient's; absent: those of the preferences kept here. */
  recipientZone?: RecipientZone;
  /** Makes opt-out links; absent: templates that want one lack a value. */
  optOut?: OptOutLinks;
  /** Categories of mail to many: one without a way out is warned of. */
  bulkCategories?: readonly string[];
  /** Temporal, for activities that start or wake drafts of other workflows. */
  engine: DraftEngine;
  /** Starts batches that nobody started. */
  batchEngine: Pick<BatchEngine, 'start'>;
  /** Tells operators; never throws. */
  alerts: AlertPort;
  /** How operators are told, each by its own name. */
  channels: AlertChannel[];
  /** How reviewers are told; a channel that is not set up is absent. */
  reviewChannels?: Partial<Record<NoticeChannel, ReviewChannel>>;
  /** How a draft's workflow ended, for the watchdog. */
  endings: FindEnding;
  /** Configured keys of people who may review: they have no account. Absent: none. */
  reviewerKeys?: readonly Pick<Actor, 'id' | 'inboxes'>[];
  /** Suppressions of the whole organization go on AgentMail's block list, too. Absent: they do not. */
  mirrorSuppressions?: boolean;
  watch: Config['watch'];
  /** Address of the review desk, for links in alerts. */
  deskUrl?: string;
  /** For activities that end drafts in somebody's name. */
  commands: DraftCommands;
  log: Logger;
}
