CREATE TABLE "active_policy" (
	"only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"version" integer NOT NULL,
	"by" text NOT NULL,
	"at_ms" bigint NOT NULL,
	CONSTRAINT "active_policy_one_row" CHECK ("active_policy"."only")
);
--> statement-breakpoint
CREATE TABLE "policies" (
	"version" integer PRIMARY KEY NOT NULL,
	"digest" text NOT NULL,
	"document" json NOT NULL,
	"rule_count" integer NOT NULL,
	"comment" text,
	"by" text NOT NULL,
	"source" text NOT NULL,
	"at_ms" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "active_policy" ADD CONSTRAINT "active_policy_version_policies_version_fk" FOREIGN KEY ("version") REFERENCES "public"."policies"("version") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "policies_digest" ON "policies" USING btree ("digest");