CREATE TABLE "recipient_notices" (
	"entry" text NOT NULL,
	"scope" text NOT NULL,
	"because" text DEFAULT 'changed' NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"after" text,
	"next_at_ms" bigint NOT NULL,
	CONSTRAINT "recipient_notices_entry_scope_because_pk" PRIMARY KEY("entry","scope","because")
);
--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "uploaded_crc" bigint;--> statement-breakpoint
ALTER TABLE "suppression_mirrors" ADD COLUMN "owner" text;--> statement-breakpoint
CREATE INDEX "recipient_notices_next" ON "recipient_notices" USING btree ("next_at_ms");--> statement-breakpoint
CREATE INDEX "suppression_proposals_open" ON "suppression_proposals" USING btree ("address") WHERE "suppression_proposals"."status" = 'open';