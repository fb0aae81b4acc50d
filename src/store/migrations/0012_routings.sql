CREATE TABLE "absences" (
	"person_id" text PRIMARY KEY NOT NULL,
	"from_ms" bigint NOT NULL,
	"until_ms" bigint NOT NULL,
	"stand_in_id" text,
	"said_by" text NOT NULL,
	"at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "routings" (
	"draft_id" text NOT NULL,
	"revision" integer NOT NULL,
	"round" integer NOT NULL,
	"group_name" text,
	"person_id" text,
	"outcome" text NOT NULL,
	"turn" bigint,
	"at_ms" bigint NOT NULL,
	CONSTRAINT "routings_draft_id_revision_round_pk" PRIMARY KEY("draft_id","revision","round"),
	CONSTRAINT "routings_turn" UNIQUE("group_name","turn")
);
--> statement-breakpoint
ALTER TABLE "assignments" ADD COLUMN "cause" jsonb;--> statement-breakpoint
ALTER TABLE "routings" ADD CONSTRAINT "routings_draft_id_drafts_draft_id_fk" FOREIGN KEY ("draft_id") REFERENCES "public"."drafts"("draft_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "absences_until" ON "absences" USING btree ("until_ms");--> statement-breakpoint
CREATE INDEX "routings_person" ON "routings" USING btree ("group_name","person_id","turn") WHERE "routings"."turn" is not null;