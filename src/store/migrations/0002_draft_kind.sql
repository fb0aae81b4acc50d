ALTER TABLE "drafts" ADD COLUMN "category" text;--> statement-breakpoint
ALTER TABLE "drafts" ADD COLUMN "batch_id" text;--> statement-breakpoint
ALTER TABLE "drafts" ADD COLUMN "priority" integer DEFAULT 3 NOT NULL;--> statement-breakpoint
CREATE INDEX "drafts_batch" ON "drafts" USING btree ("batch_id","created_at_ms","draft_id","status") WHERE "drafts"."batch_id" is not null;