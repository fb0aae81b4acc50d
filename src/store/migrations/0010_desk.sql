CREATE TABLE "assignments" (
	"draft_id" text PRIMARY KEY NOT NULL,
	"person_id" text NOT NULL,
	"assigned_by" text NOT NULL,
	"at_ms" bigint NOT NULL,
	"lease_until_ms" bigint
);
--> statement-breakpoint
CREATE TABLE "desk_views" (
	"view_id" text PRIMARY KEY NOT NULL,
	"person_id" text NOT NULL,
	"name" text NOT NULL,
	"path" text NOT NULL,
	"at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "looks" (
	"person_id" text NOT NULL,
	"draft_id" text NOT NULL,
	"revision" integer NOT NULL,
	"words" integer NOT NULL,
	"opened_at_ms" bigint NOT NULL,
	"seen_at_ms" bigint NOT NULL,
	"event_id" text,
	"message_id" text,
	CONSTRAINT "looks_draft_id_person_id_revision_pk" PRIMARY KEY("draft_id","person_id","revision")
);
--> statement-breakpoint
ALTER TABLE "assignments" ADD CONSTRAINT "assignments_draft_id_drafts_draft_id_fk" FOREIGN KEY ("draft_id") REFERENCES "public"."drafts"("draft_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "looks" ADD CONSTRAINT "looks_draft_id_drafts_draft_id_fk" FOREIGN KEY ("draft_id") REFERENCES "public"."drafts"("draft_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "assignments_person" ON "assignments" USING btree ("person_id","draft_id");--> statement-breakpoint
CREATE INDEX "desk_views_person" ON "desk_views" USING btree ("person_id","at_ms");--> statement-breakpoint
CREATE INDEX "events_decided" ON "events" USING btree ("at_ms") WHERE "events"."type" in ('approved', 'rejected', 'changes_requested', 'edited', 'sent', 'bounced', 'complained');