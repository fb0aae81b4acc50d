CREATE TABLE "slack_claims" (
	"person_id" text PRIMARY KEY NOT NULL,
	"slack_user_id" text NOT NULL,
	"team_id" text NOT NULL,
	"token_hash" text NOT NULL,
	"asked_at_ms" bigint NOT NULL,
	"expires_at_ms" bigint NOT NULL,
	CONSTRAINT "slack_claims_token_hash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "slack_members" (
	"person_id" text PRIMARY KEY NOT NULL,
	"slack_user_id" text NOT NULL,
	"team_id" text NOT NULL,
	"linked_at_ms" bigint NOT NULL,
	CONSTRAINT "slack_members_slack_user_id_unique" UNIQUE("slack_user_id")
);
--> statement-breakpoint
ALTER TABLE "notification_settings" DROP CONSTRAINT "notification_settings_slack_user_id_unique";--> statement-breakpoint
CREATE INDEX "tellings_made" ON "tellings" USING btree ("made_at_ms");--> statement-breakpoint
ALTER TABLE "notification_settings" DROP COLUMN "slack_user_id";