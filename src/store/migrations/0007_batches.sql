CREATE TABLE "batch_rows" (
	"batch_id" text NOT NULL,
	"row_no" integer NOT NULL,
	"state" text NOT NULL,
	"input" json,
	"draft_id" text,
	"error_code" text,
	"error" text,
	CONSTRAINT "batch_rows_batch_id_row_no_pk" PRIMARY KEY("batch_id","row_no")
);
--> statement-breakpoint
CREATE TABLE "batches" (
	"batch_id" text PRIMARY KEY NOT NULL,
	"request_digest" text NOT NULL,
	"name" text NOT NULL,
	"creator_id" text NOT NULL,
	"creator" jsonb NOT NULL,
	"inbox_id" text NOT NULL,
	"recipe" text NOT NULL,
	"category" text,
	"priority" integer NOT NULL,
	"schedule" jsonb NOT NULL,
	"hold_ms" bigint NOT NULL,
	"review_timeout_ms" bigint NOT NULL,
	"format" text NOT NULL,
	"mapping" json,
	"created_at_ms" bigint NOT NULL,
	"status" text DEFAULT 'uploading' NOT NULL,
	"uploaded_bytes" bigint DEFAULT 0 NOT NULL,
	"header" json,
	"carry" "bytea" DEFAULT ''::bytea NOT NULL,
	"row_count" integer DEFAULT 0 NOT NULL,
	"cancelled_by" jsonb,
	"withdraw_drafts" boolean DEFAULT false NOT NULL,
	"started_at_ms" bigint,
	"ended_at_ms" bigint
);
--> statement-breakpoint
CREATE INDEX "batch_rows_state" ON "batch_rows" USING btree ("batch_id","state","row_no");--> statement-breakpoint
CREATE INDEX "batches_created" ON "batches" USING btree ("created_at_ms","batch_id");--> statement-breakpoint
CREATE INDEX "batches_creator_created" ON "batches" USING btree ("creator_id","created_at_ms","batch_id");