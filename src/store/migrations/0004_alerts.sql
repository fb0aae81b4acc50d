CREATE TABLE "alert_deliveries" (
	"alert_id" text NOT NULL,
	"transition" text NOT NULL,
	"channel" text NOT NULL,
	"state" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"last_error" text,
	"updated_at_ms" bigint NOT NULL,
	CONSTRAINT "alert_deliveries_alert_id_transition_channel_pk" PRIMARY KEY("alert_id","transition","channel")
);
--> statement-breakpoint
CREATE TABLE "alerts" (
	"alert_id" text PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"kind" text NOT NULL,
	"severity" text NOT NULL,
	"title" text NOT NULL,
	"facts" jsonb NOT NULL,
	"draft_id" text,
	"inbox_id" text,
	"opened_at_ms" bigint NOT NULL,
	"last_seen_at_ms" bigint NOT NULL,
	"count" integer DEFAULT 1 NOT NULL,
	"resolved_at_ms" bigint,
	"acknowledged_by" text,
	"acknowledged_at_ms" bigint,
	"reminded_at_ms" bigint,
	"reminders" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "draft_sightings" (
	"draft_id" text PRIMARY KEY NOT NULL,
	"seen_at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "foreign_drafts" (
	"provider_draft_id" text PRIMARY KEY NOT NULL,
	"inbox_id" text NOT NULL,
	"send_at" text,
	"first_seen_at_ms" bigint NOT NULL,
	"last_seen_at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "watch_findings" (
	"check" text NOT NULL,
	"draft_id" text NOT NULL,
	"first_seen_at_ms" bigint NOT NULL,
	"last_seen_at_ms" bigint NOT NULL,
	CONSTRAINT "watch_findings_check_draft_id_pk" PRIMARY KEY("check","draft_id")
);
--> statement-breakpoint
CREATE TABLE "watch_marks" (
	"name" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL
);
--> statement-breakpoint
ALTER TABLE "alert_deliveries" ADD CONSTRAINT "alert_deliveries_alert_id_alerts_alert_id_fk" FOREIGN KEY ("alert_id") REFERENCES "public"."alerts"("alert_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "alert_deliveries_waiting" ON "alert_deliveries" USING btree ("updated_at_ms") WHERE "alert_deliveries"."state" = 'pending';--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_open_key" ON "alerts" USING btree ("key") WHERE "alerts"."resolved_at_ms" is null;--> statement-breakpoint
CREATE INDEX "alerts_opened" ON "alerts" USING btree ("opened_at_ms","alert_id");--> statement-breakpoint
CREATE INDEX "drafts_provider" ON "drafts" USING btree ("provider_draft_id") WHERE "drafts"."provider_draft_id" is not null;--> statement-breakpoint
CREATE INDEX "drafts_adopts" ON "drafts" USING btree ("adopt_draft_id") WHERE "drafts"."adopt_draft_id" is not null;--> statement-breakpoint
CREATE INDEX "drafts_waiting" ON "drafts" USING btree ("due_order_ms","draft_id") WHERE "drafts"."status" = 'scheduled' and "drafts"."projection" ->> 'reason' is null;