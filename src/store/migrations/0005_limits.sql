CREATE TABLE "limits" (
	"kind" text NOT NULL,
	"target" text NOT NULL,
	"per_ms" bigint NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "limits_kind_target_per_ms_pk" PRIMARY KEY("kind","target","per_ms")
);
--> statement-breakpoint
CREATE TABLE "pauses" (
	"kind" text NOT NULL,
	"id" text NOT NULL,
	"reason" text NOT NULL,
	"by" text NOT NULL,
	"at_ms" bigint NOT NULL,
	CONSTRAINT "pauses_kind_id_pk" PRIMARY KEY("kind","id")
);
--> statement-breakpoint
CREATE TABLE "quota" (
	"only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"monthly_quota" integer,
	"warning_percent" integer DEFAULT 80 NOT NULL,
	"critical_percent" integer DEFAULT 95 NOT NULL,
	CONSTRAINT "quota_one_row" CHECK ("quota"."only")
);
--> statement-breakpoint
CREATE TABLE "rate_lines" (
	"scope" text NOT NULL,
	"flow" text NOT NULL,
	"ticket_at" timestamp(6) with time zone DEFAULT '-infinity' NOT NULL,
	"turn_at" timestamp(6) with time zone DEFAULT '-infinity' NOT NULL,
	"came_at" timestamp(6) with time zone DEFAULT '-infinity' NOT NULL,
	CONSTRAINT "rate_lines_scope_flow_pk" PRIMARY KEY("scope","flow")
);
--> statement-breakpoint
CREATE TABLE "rate_permits" (
	"scope" text NOT NULL,
	"permit_id" text NOT NULL,
	"flow" text NOT NULL,
	"holder" text NOT NULL,
	"taken_at" timestamp(6) with time zone NOT NULL,
	"busy_until" timestamp(6) with time zone NOT NULL,
	"released" boolean DEFAULT false NOT NULL,
	CONSTRAINT "rate_permits_scope_permit_id_pk" PRIMARY KEY("scope","permit_id")
);
--> statement-breakpoint
CREATE TABLE "rate_scopes" (
	"scope" text PRIMARY KEY NOT NULL,
	"blocked_until" timestamp(6) with time zone DEFAULT '-infinity' NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sends" (
	"draft_id" text PRIMARY KEY NOT NULL,
	"inbox_id" text NOT NULL,
	"message_id" text,
	"recipients" integer NOT NULL,
	"sent_at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "settings_log" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"at_ms" bigint NOT NULL,
	"actor_id" text NOT NULL,
	"actor_name" text NOT NULL,
	"what" text NOT NULL,
	"before" json,
	"after" json
);
--> statement-breakpoint
CREATE INDEX "rate_permits_id" ON "rate_permits" USING btree ("permit_id");--> statement-breakpoint
CREATE INDEX "rate_permits_busy" ON "rate_permits" USING btree ("scope","busy_until");--> statement-breakpoint
CREATE INDEX "sends_at" ON "sends" USING btree ("sent_at_ms");--> statement-breakpoint
CREATE INDEX "sends_inbox" ON "sends" USING btree ("inbox_id","sent_at_ms");--> statement-breakpoint
CREATE INDEX "settings_log_what" ON "settings_log" USING btree ("what","id");
--> statement-breakpoint
CREATE INDEX "drafts_held" ON "drafts" USING btree ("draft_id") WHERE "status" = 'scheduled' and "projection" ->> 'reason' in ('paused', 'inbox_paused');
--> statement-breakpoint
INSERT INTO "sends" ("draft_id", "inbox_id", "message_id", "recipients", "sent_at_ms")
SELECT "draft_id", "inbox_id", "projection" ->> 'messageId', cardinality("recipients"), coalesce("told_at_ms", "updated_at_ms")
FROM "drafts" WHERE "status" = 'sent';
--> statement-breakpoint
-- A pause was a setting of its inbox.
INSERT INTO "pauses" ("kind", "id", "reason", "by", "at_ms")
SELECT 'inbox', "inbox_id", coalesce("settings" ->> 'pausedReason', ''), 'system', floor(extract(epoch from now()) * 1000)
FROM "inboxes" WHERE "settings" ->> 'paused' = 'true';
--> statement-breakpoint
UPDATE "inboxes" SET "settings" = "settings" - 'paused' - 'pausedReason' WHERE "settings" ?| array['paused', 'pausedReason'];
--> statement-breakpoint
-- Takes one permit in all scopes, or says when the caller's turn is. See docs/limits.md.
--
-- Scopes are locked first, in one order, so that two calls never wait for each other. What is read afterwards is read
-- with the locks held: each statement of a function sees what was committed before that statement. Times are taken from
-- the clock, not from the start of the transaction, which may have waited.
CREATE FUNCTION take_permit(p_scopes jsonb, p_holder text, p_permit text, p_lease_ms double precision, p_has_turn boolean)
RETURNS TABLE (granted boolean, wait_ms double precision, at_scope text)
LANGUAGE plpgsql AS $$
DECLARE
  ms constant interval := interval '1 millisecond';
  v_now timestamptz;
  s record;
  v_live integer;
  v_mine integer;
  v_waiting boolean;
  v_flows integer;
  v_free_at timestamptz;
  v_hold interval;
  v_end timestamptz;
  v_turn timestamptz;
  v_last_scope text;
  v_last_flow text;
  v_last_turn timestamptz;
  v_last_waiting boolean;
BEGIN
  INSERT INTO rate_scopes (scope)
    SELECT r.scope FROM jsonb_to_recordset(p_scopes) AS r(scope text) ORDER BY 1 ON CONFLICT DO NOTHING;
  PERFORM 1 FROM rate_scopes x
    WHERE x.scope IN (SELECT r.scope FROM jsonb_to_recordset(p_scopes) AS r(scope text)) ORDER BY x.scope FOR UPDATE;
  v_now := clock_timestamp();

  SELECT x.scope, x.blocked_until INTO v_last_scope, v_end FROM rate_scopes x
    WHERE x.blocked_until > v_now
      AND (x.scope = 'key' OR x.scope IN (SELECT r.scope FROM jsonb_to_recordset(p_scopes) AS r(scope text)))
    ORDER BY x.scope = 'key' DESC, x.blocked_until DESC LIMIT 1;
  IF FOUND THEN
    RETURN QUERY SELECT false, extract(epoch from v_end - v_now)::double precision * 1000, v_last_scope;
    RETURN;
  END IF;

  -- Whoever comes in its turn shows that its line is alive.
  IF p_has_turn THEN
    UPDATE rate_lines l SET came_at = greatest(l.came_at, v_now)
      FROM jsonb_to_recordset(p_scopes) AS r(scope text, flow text) WHERE l.scope = r.scope AND l.flow = r.flow;
  END IF;

  FOR s IN
    SELECT r.scope, r.flow, r.count, r."perMs" * ms AS per, r."perMs" * ms / r.count AS pace
    FROM jsonb_to_recordset(p_scopes) AS r(scope text, flow text, count integer, "perMs" double precision)
    ORDER BY r.scope
  LOOP
    -- A release may hold a row just now: it is left for the next one, so that nobody waits for a row with locks in hand.
    DELETE FROM rate_permits p USING (
        SELECT q.permit_id FROM rate_permits q WHERE q.scope = s.scope AND q.busy_until <= v_now - s.per
        ORDER BY q.permit_id FOR UPDATE SKIP LOCKED) AS old
      WHERE p.scope = s.scope AND p.permit_id = old.permit_id;
    SELECT count(*), count(*) FILTER (WHERE p.flow = s.flow) INTO v_live, v_mine
      FROM rate_permits p WHERE p.scope = s.scope AND p.busy_until > v_now - s.per;

    -- Lines with turns still to come. One that nobody came from for three of its turns was given up by those in it.
    SELECT count(*) FILTER (WHERE l.flow <> s.flow) + 1, coalesce(bool_or(l.flow = s.flow), false) INTO v_flows, v_waiting
      FROM (SELECT w.*, count(*) OVER () AS lines FROM rate_lines w
            WHERE w.scope = s.scope AND greatest(w.ticket_at, w.turn_at) > v_now) AS l
      WHERE l.came_at > v_now - 3 * l.lines * s.pace - interval '5 seconds';

    -- Each flow has its share while others wait, and newcomers come after those who wait already.
    CONTINUE WHEN v_live < s.count
      AND (v_flows = 1 OR v_mine < ceil(s.count::numeric / v_flows))
      AND (p_has_turn OR NOT v_waiting);

    -- The next room: when the oldest permit that stands in the way has aged, seen from how long permits are held.
    SELECT coalesce(avg(p.busy_until - p.taken_at) FILTER (WHERE p.released), interval '0') INTO v_hold
      FROM rate_permits p WHERE p.scope = s.scope;
    SELECT min(CASE WHEN p.released THEN p.busy_until ELSE least(p.busy_until, greatest(p.taken_at + v_hold, v_now)) END) + s.per
      INTO v_free_at FROM rate_permits p
      WHERE p.scope = s.scope AND p.busy_until > v_now - s.per AND (v_live >= s.count OR p.flow = s.flow);
    v_free_at := greatest(coalesce(v_free_at, v_now), v_now);

    SELECT CASE WHEN p_has_turn THEN l.turn_at ELSE greatest(l.ticket_at, l.turn_at) END INTO v_end
      FROM rate_lines l WHERE l.scope = s.scope AND l.flow = s.flow;
    IF p_has_turn OR v_waiting THEN
      v_turn := greatest(v_end + (s.per + v_hold) / s.count * v_flows, v_free_at);
    ELSE
      v_turn := v_free_at;
    END IF;
    -- Only the scope with the longest line gives a turn: elsewhere the caller is not missed meanwhile.
    IF v_last_turn IS NULL OR v_turn > v_last_turn THEN
      v_last_scope := s.scope;
      v_last_flow := s.flow;
      v_last_turn := v_turn;
      v_last_waiting := v_waiting;
    END IF;
  END LOOP;

  IF v_last_turn IS NULL THEN
    INSERT INTO rate_permits (scope, permit_id, flow, holder, taken_at, busy_until)
      SELECT r.scope, p_permit, r.flow, p_holder, v_now, v_now + p_lease_ms * ms
      FROM jsonb_to_recordset(p_scopes) AS r(scope text, flow text);
    RETURN QUERY SELECT true, 0::double precision, ''::text;
    RETURN;
  END IF;

  DELETE FROM rate_lines l
    WHERE l.scope = v_last_scope AND l.flow <> v_last_flow
      AND greatest(l.ticket_at, l.turn_at, l.came_at) < v_now - interval '1 hour';
  IF p_has_turn THEN
    INSERT INTO rate_lines AS l (scope, flow, turn_at, came_at) VALUES (v_last_scope, v_last_flow, v_last_turn, v_now)
      ON CONFLICT (scope, flow) DO UPDATE SET turn_at = excluded.turn_at;
  ELSIF v_last_waiting THEN
    UPDATE rate_lines l SET ticket_at = v_last_turn WHERE l.scope = v_last_scope AND l.flow = v_last_flow;
  ELSE
    -- The first of a line, which is expected at its turn and not before.
    INSERT INTO rate_lines AS l (scope, flow, ticket_at, came_at) VALUES (v_last_scope, v_last_flow, v_last_turn, v_last_turn)
      ON CONFLICT (scope, flow) DO UPDATE
        SET ticket_at = excluded.ticket_at, turn_at = '-infinity', came_at = excluded.came_at;
  END IF;
  RETURN QUERY SELECT false, extract(epoch from v_last_turn - v_now)::double precision * 1000, v_last_scope;
END
$$;
