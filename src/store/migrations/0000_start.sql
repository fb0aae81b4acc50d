CREATE TABLE "blobs" (
	"sha256" text PRIMARY KEY NOT NULL,
	"size" integer NOT NULL,
	"bytes" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "commands" (
	"command_id" text PRIMARY KEY NOT NULL,
	"draft_id" text NOT NULL,
	"name" text NOT NULL,
	"actor" jsonb NOT NULL,
	"facts_digest" text NOT NULL,
	"comment_ref" text,
	"created_at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "documents" (
	"draft_id" text NOT NULL,
	"ref" text NOT NULL,
	"value" json NOT NULL,
	CONSTRAINT "documents_draft_id_ref_pk" PRIMARY KEY("draft_id","ref")
);
--> statement-breakpoint
CREATE TABLE "drafts" (
	"draft_id" text PRIMARY KEY NOT NULL,
	"request_digest" text NOT NULL,
	"inbox_id" text NOT NULL,
	"creator_id" text NOT NULL,
	"creator" jsonb NOT NULL,
	"source" text NOT NULL,
	"document_ref" text,
	"adopt_draft_id" text,
	"recipe" text,
	"schedule" jsonb NOT NULL,
	"hold_ms" bigint NOT NULL,
	"review_timeout_ms" bigint NOT NULL,
	"created_at_ms" bigint NOT NULL,
	"first_run_id" text,
	"provider_draft_id" text,
	"projection" jsonb,
	"told_at_ms" bigint,
	"sequence" integer,
	"status" text DEFAULT 'composing' NOT NULL,
	"due_order_ms" bigint DEFAULT 9007199254740991 NOT NULL,
	"shown_revision" integer DEFAULT 0 NOT NULL,
	"subject" text DEFAULT '' NOT NULL,
	"recipients" text[] DEFAULT '{}' NOT NULL,
	"warning_count" integer DEFAULT 0 NOT NULL,
	"search" "tsvector" DEFAULT '' NOT NULL,
	"updated_at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "event_log" (
	"only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"epoch" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "event_log_one_row" CHECK ("event_log"."only")
);
--> statement-breakpoint
CREATE TABLE "events" (
	"id" bigserial NOT NULL,
	"xid" "xid8" DEFAULT pg_current_xact_id() NOT NULL,
	"epoch" integer NOT NULL,
	"draft_id" text NOT NULL,
	"origin" text NOT NULL,
	"sequence" integer NOT NULL,
	"type" text NOT NULL,
	"at_ms" bigint NOT NULL,
	"actor_id" text,
	"command_id" text,
	"revision" integer NOT NULL,
	"digest" text,
	"data" json NOT NULL,
	CONSTRAINT "events_log" PRIMARY KEY("epoch","xid","id"),
	CONSTRAINT "events_once" UNIQUE("draft_id","origin","sequence")
);
--> statement-breakpoint
CREATE TABLE "inboxes" (
	"inbox_id" text PRIMARY KEY NOT NULL,
	"settings" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "revisions" (
	"draft_id" text NOT NULL,
	"revision" integer NOT NULL,
	"digest" text NOT NULL,
	"content" json NOT NULL,
	"snapshot" json,
	"warnings" json NOT NULL,
	"author_id" text NOT NULL,
	"origin" text NOT NULL,
	"created_at_ms" bigint NOT NULL,
	CONSTRAINT "revisions_draft_id_revision_pk" PRIMARY KEY("draft_id","revision")
);
--> statement-breakpoint
CREATE TABLE "steps" (
	"draft_id" text NOT NULL,
	"name" text NOT NULL,
	"value" json NOT NULL,
	CONSTRAINT "steps_draft_id_name_pk" PRIMARY KEY("draft_id","name")
);
--> statement-breakpoint
CREATE TABLE "suppressions" (
	"address" text PRIMARY KEY NOT NULL,
	"reason" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at_ms" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "events" ADD CONSTRAINT "events_draft_id_drafts_draft_id_fk" FOREIGN KEY ("draft_id") REFERENCES "public"."drafts"("draft_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "revisions" ADD CONSTRAINT "revisions_draft_id_drafts_draft_id_fk" FOREIGN KEY ("draft_id") REFERENCES "public"."drafts"("draft_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "commands_draft" ON "commands" USING btree ("draft_id","created_at_ms");--> statement-breakpoint
CREATE INDEX "drafts_created" ON "drafts" USING btree ("created_at_ms","draft_id");--> statement-breakpoint
CREATE INDEX "drafts_status_created" ON "drafts" USING btree ("status","created_at_ms","draft_id");--> statement-breakpoint
CREATE INDEX "drafts_inbox_created" ON "drafts" USING btree ("inbox_id","created_at_ms","draft_id","status");--> statement-breakpoint
CREATE INDEX "drafts_recipe_created" ON "drafts" USING btree ("recipe","created_at_ms","draft_id","status") WHERE "drafts"."recipe" is not null;--> statement-breakpoint
CREATE INDEX "drafts_creator_created" ON "drafts" USING btree ("creator_id","created_at_ms","draft_id","status");--> statement-breakpoint
CREATE INDEX "drafts_due" ON "drafts" USING btree ("due_order_ms","draft_id");--> statement-breakpoint
CREATE INDEX "drafts_status_due" ON "drafts" USING btree ("status","due_order_ms","draft_id");--> statement-breakpoint
CREATE INDEX "drafts_search" ON "drafts" USING gin ("search");