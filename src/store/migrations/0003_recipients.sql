CREATE TABLE "message_events" (
	"event_id" text NOT NULL,
	"recipient" text NOT NULL,
	"type" text NOT NULL,
	"inbox_id" text NOT NULL,
	"message_id" text NOT NULL,
	"detail" text,
	"at_ms" bigint NOT NULL,
	"attached" boolean DEFAULT false NOT NULL,
	CONSTRAINT "message_events_event_id_recipient_pk" PRIMARY KEY("event_id","recipient")
);
--> statement-breakpoint
CREATE TABLE "recipient_events" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"at_ms" bigint NOT NULL,
	"subject" text NOT NULL,
	"action" text NOT NULL,
	"by" text NOT NULL,
	"source" text,
	"data" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "recipient_preferences" (
	"address" text PRIMARY KEY NOT NULL,
	"time_zone" text,
	"quiet_from" text,
	"quiet_to" text,
	"opted_out" text[] DEFAULT '{}' NOT NULL,
	"language" text,
	"updated_at_ms" bigint NOT NULL,
	"updated_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "suppression_mirrors" (
	"entry" text NOT NULL,
	"scope" text NOT NULL,
	"wanted" text NOT NULL,
	"reason" text,
	"pending" boolean DEFAULT true NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"next_at_ms" bigint NOT NULL,
	"failure" text,
	CONSTRAINT "suppression_mirrors_entry_scope_pk" PRIMARY KEY("entry","scope")
);
--> statement-breakpoint
CREATE TABLE "suppression_proposals" (
	"proposal_id" text PRIMARY KEY NOT NULL,
	"address" text NOT NULL,
	"inbox_id" text NOT NULL,
	"message_id" text NOT NULL,
	"thread_id" text,
	"language" text NOT NULL,
	"found_in" text NOT NULL,
	"status" text DEFAULT 'open' NOT NULL,
	"created_at_ms" bigint NOT NULL,
	"decided_by" text,
	"decided_at_ms" bigint
);
--> statement-breakpoint
CREATE TABLE "webhook_events" (
	"event_id" text PRIMARY KEY NOT NULL,
	"delivery_id" text NOT NULL,
	"type" text NOT NULL,
	"signed_at_ms" bigint NOT NULL,
	"processed_at_ms" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "drafts" ADD COLUMN "reach" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "drafts" ADD COLUMN "in_reply_to" text;--> statement-breakpoint
ALTER TABLE "suppressions" ADD COLUMN "scope" text DEFAULT 'organization' NOT NULL;--> statement-breakpoint
ALTER TABLE "suppressions" ADD COLUMN "note" text;--> statement-breakpoint
ALTER TABLE "suppressions" ADD COLUMN "source" text;--> statement-breakpoint
ALTER TABLE "suppressions" ADD COLUMN "expires_at_ms" bigint;--> statement-breakpoint
UPDATE "suppressions" SET "note" = "reason", "reason" = 'manual';--> statement-breakpoint
ALTER TABLE "suppressions" DROP CONSTRAINT "suppressions_pkey";--> statement-breakpoint
ALTER TABLE "suppressions" ADD CONSTRAINT "suppressions_entry" PRIMARY KEY("address","scope","reason");--> statement-breakpoint
UPDATE "drafts" SET "reach" = coalesce((
	SELECT array_agg(DISTINCT "e") FROM (
		SELECT lower(trim(coalesce(substring("r" from '<([^<>]*)>\s*$'), "r"))) AS "a" FROM unnest("recipients") AS "r"
	) AS "addresses", LATERAL (
		SELECT "a" AS "e"
		UNION SELECT regexp_replace("a", '^([^+@]+)\+.*@', '\1@')
		UNION SELECT array_to_string("l"["i":], '.')
			FROM (SELECT string_to_array(substring("a" from '@([^@]*)$'), '.') AS "l") AS "labels",
			generate_series(1, array_length("l", 1) - 1) AS "i"
	) AS "entries" WHERE "a" LIKE '%_@_%'
), '{}') WHERE "status" IN ('composing', 'in_review', 'changes_requested', 'scheduled', 'sending', 'needs_attention');--> statement-breakpoint
CREATE INDEX "message_events_rate" ON "message_events" USING btree ("inbox_id","at_ms","type");--> statement-breakpoint
CREATE INDEX "message_events_message" ON "message_events" USING btree ("message_id");--> statement-breakpoint
CREATE INDEX "message_events_unattached" ON "message_events" USING btree ("at_ms") WHERE not "message_events"."attached";--> statement-breakpoint
CREATE INDEX "recipient_events_subject" ON "recipient_events" USING btree ("subject","id");--> statement-breakpoint
CREATE INDEX "suppression_mirrors_pending" ON "suppression_mirrors" USING btree ("next_at_ms") WHERE "suppression_mirrors"."pending";--> statement-breakpoint
CREATE INDEX "suppression_proposals_created" ON "suppression_proposals" USING btree ("created_at_ms","proposal_id");--> statement-breakpoint
CREATE INDEX "webhook_events_delivery" ON "webhook_events" USING btree ("delivery_id");--> statement-breakpoint
CREATE INDEX "drafts_reach" ON "drafts" USING gin ("reach");--> statement-breakpoint
CREATE INDEX "drafts_replies" ON "drafts" USING btree ("inbox_id","status") WHERE "drafts"."in_reply_to" is not null;--> statement-breakpoint
CREATE INDEX "drafts_message" ON "drafts" USING btree (("projection" ->> 'messageId'));