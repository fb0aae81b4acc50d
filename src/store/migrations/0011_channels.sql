CREATE TABLE "link_uses" (
	"token_id" text PRIMARY KEY NOT NULL,
	"person_id" text NOT NULL,
	"draft_id" text NOT NULL,
	"decision" text NOT NULL,
	"at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "log_readers" (
	"name" text PRIMARY KEY NOT NULL,
	"event_id" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "notification_settings" (
	"person_id" text PRIMARY KEY NOT NULL,
	"email" boolean DEFAULT false NOT NULL,
	"digest" text DEFAULT 'none' NOT NULL,
	"slack_user_id" text,
	"updated_at_ms" bigint NOT NULL,
	CONSTRAINT "notification_settings_slack_user_id_unique" UNIQUE("slack_user_id")
);
--> statement-breakpoint
CREATE TABLE "review_messages" (
	"channel" text NOT NULL,
	"place" text NOT NULL,
	"message_id" text NOT NULL,
	"thread_id" text,
	"person_id" text NOT NULL,
	"draft_id" text NOT NULL,
	"revision" integer NOT NULL,
	"digest" text NOT NULL,
	"at_ms" bigint NOT NULL,
	CONSTRAINT "review_messages_channel_place_message_id_pk" PRIMARY KEY("channel","place","message_id")
);
--> statement-breakpoint
CREATE TABLE "tellings" (
	"event_id" text NOT NULL,
	"person_id" text NOT NULL,
	"channel" text NOT NULL,
	"bundle" text NOT NULL,
	"draft_id" text NOT NULL,
	"kind" text NOT NULL,
	"revision" integer NOT NULL,
	"facts" jsonb NOT NULL,
	"made_at_ms" bigint NOT NULL,
	"due_at_ms" bigint NOT NULL,
	"state" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"last_error" text,
	"updated_at_ms" bigint NOT NULL,
	CONSTRAINT "tellings_event_id_person_id_channel_pk" PRIMARY KEY("event_id","person_id","channel")
);
--> statement-breakpoint
CREATE INDEX "review_messages_draft" ON "review_messages" USING btree ("draft_id");--> statement-breakpoint
CREATE INDEX "review_messages_thread" ON "review_messages" USING btree ("place","thread_id");--> statement-breakpoint
CREATE INDEX "tellings_bundle" ON "tellings" USING btree ("bundle");--> statement-breakpoint
CREATE INDEX "tellings_draft" ON "tellings" USING btree ("draft_id");--> statement-breakpoint
CREATE INDEX "tellings_waiting" ON "tellings" USING btree ("due_at_ms") WHERE "tellings"."state" = 'pending';