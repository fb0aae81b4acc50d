CREATE TABLE "draft_pauses" (
	"draft_id" text PRIMARY KEY NOT NULL,
	"reason" text NOT NULL,
	"by" text NOT NULL,
	"at_ms" bigint NOT NULL,
	"operation_id" text
);
--> statement-breakpoint
CREATE TABLE "operation_items" (
	"operation_id" text NOT NULL,
	"position" integer NOT NULL,
	"draft_id" text NOT NULL,
	"revision" integer NOT NULL,
	"assignee_id" text,
	"state" text NOT NULL,
	"code" text,
	"changed" boolean,
	"attempts" integer DEFAULT 0 NOT NULL,
	"settled_at_ms" bigint,
	CONSTRAINT "operation_items_operation_id_draft_id_pk" PRIMARY KEY("operation_id","draft_id")
);
--> statement-breakpoint
CREATE TABLE "operations" (
	"operation_id" text PRIMARY KEY NOT NULL,
	"action" text NOT NULL,
	"filter" json NOT NULL,
	"person_id" text,
	"comment" text,
	"actor" jsonb NOT NULL,
	"created_at_ms" bigint NOT NULL,
	"status" text DEFAULT 'freezing' NOT NULL,
	"total" integer DEFAULT 0 NOT NULL,
	"inbox_ids" text[] DEFAULT '{}' NOT NULL,
	"started_at_ms" bigint,
	"ended_at_ms" bigint,
	"cancelled_by" text
);
--> statement-breakpoint
ALTER TABLE "draft_pauses" ADD CONSTRAINT "draft_pauses_draft_id_drafts_draft_id_fk" FOREIGN KEY ("draft_id") REFERENCES "public"."drafts"("draft_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "operation_items" ADD CONSTRAINT "operation_items_operation_id_operations_operation_id_fk" FOREIGN KEY ("operation_id") REFERENCES "public"."operations"("operation_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "operation_items_position" ON "operation_items" USING btree ("operation_id","position");--> statement-breakpoint
CREATE INDEX "operation_items_state" ON "operation_items" USING btree ("operation_id","state","attempts","position");--> statement-breakpoint
CREATE INDEX "operations_created" ON "operations" USING btree ("created_at_ms","operation_id");