ALTER TABLE "drafts" ADD COLUMN "urgency" integer GENERATED ALWAYS AS (coalesce((projection ->> 'priority')::integer, priority)) STORED NOT NULL;--> statement-breakpoint
ALTER TABLE "drafts" ADD COLUMN "deadline_ms" bigint GENERATED ALWAYS AS (coalesce(case
  when status in ('composing', 'in_review', 'changes_requested') then least(
    (projection ->> 'reviewDeadlineMs')::bigint,
    case when projection -> 'schedule' ->> 'kind' = 'at' then (projection ->> 'dueAtMs')::bigint end)
  when status = 'scheduled' and projection ->> 'dueAtMs' is not null then greatest(
    (projection ->> 'dueAtMs')::bigint, (projection ->> 'holdUntilMs')::bigint)
end, 9007199254740991)) STORED NOT NULL;--> statement-breakpoint
CREATE INDEX "drafts_status_urgent" ON "drafts" USING btree ("status","urgency","deadline_ms","created_at_ms","draft_id");--> statement-breakpoint
CREATE INDEX "drafts_escalated" ON "drafts" USING btree ("created_at_ms","draft_id") WHERE "drafts"."projection" ->> 'escalated' = 'true';