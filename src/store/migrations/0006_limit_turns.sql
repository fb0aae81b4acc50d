CREATE TABLE "rate_turns" (
	"scope" text NOT NULL,
	"holder" text NOT NULL,
	"flow" text NOT NULL,
	"turn_at" timestamp(6) with time zone NOT NULL,
	CONSTRAINT "rate_turns_scope_holder_pk" PRIMARY KEY("scope","holder")
);
--> statement-breakpoint
CREATE INDEX "rate_turns_at" ON "rate_turns" USING btree ("scope","turn_at");
--> statement-breakpoint
-- Takes one permit in all scopes, or says when the caller's turn is. See docs/limits.md.
--
-- Scopes are locked first, in one order, so that two calls never wait for each other. What is read afterwards is read
-- with the locks held: each statement of a function sees what was committed before that statement. Times are taken from
-- the clock, not from the start of the transaction, which may have waited.
CREATE OR REPLACE FUNCTION take_permit(p_scopes jsonb, p_holder text, p_permit text, p_lease_ms double precision, p_has_turn boolean)
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
  v_share integer;
  v_my_turn timestamptz;
  v_ahead integer;
  v_ahead_mine integer;
  v_hold interval;
  v_nth integer;
  v_free_at timestamptz;
  v_freeing integer;
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

    v_share := CASE WHEN v_flows = 1 THEN s.count ELSE ceil(s.count::numeric / v_flows) END;

    -- Room is kept for those of `rate_turns` who come before this caller, for as long as they may be late. Of its own
    -- flow that is everybody there, unless the caller is one of them; of others those whose turn it is.
    SELECT t.turn_at INTO v_my_turn FROM rate_turns t
      WHERE t.scope = s.scope AND t.holder = p_holder AND t.turn_at > v_now - interval '2 seconds';
    SELECT count(*), count(*) FILTER (WHERE t.flow = s.flow) INTO v_ahead, v_ahead_mine
      FROM rate_turns t
      WHERE t.scope = s.scope AND t.holder <> p_holder AND t.turn_at > v_now - interval '2 seconds'
        AND (t.turn_at < v_my_turn OR v_my_turn IS NULL) AND (t.flow = s.flow OR t.turn_at <= v_now);

    CONTINUE WHEN v_live + v_ahead < s.count AND v_mine + v_ahead_mine < v_share AND (p_has_turn OR NOT v_waiting);

    -- The next room for this caller: when as many permits as stand in its way have aged, by how long they are held.
    SELECT coalesce(avg(p.busy_until - p.taken_at) FILTER (WHERE p.released), interval '0') INTO v_hold
      FROM rate_permits p WHERE p.scope = s.scope;
    v_nth := CASE WHEN v_live + v_ahead >= s.count THEN v_live + v_ahead - s.count ELSE v_mine + v_ahead_mine - v_share END + 1;
    SELECT max(f.free_at), count(*) INTO v_free_at, v_freeing FROM (
      SELECT CASE WHEN p.released THEN p.busy_until
                  ELSE least(p.busy_until, greatest(p.taken_at + v_hold, v_now)) END + s.per AS free_at
      FROM rate_permits p
      WHERE p.scope = s.scope AND p.busy_until > v_now - s.per
        AND (v_live + v_ahead >= s.count OR p.flow = s.flow)
      ORDER BY 1 LIMIT greatest(v_nth, 0)) AS f;
    v_free_at := greatest(coalesce(v_free_at, v_now), v_now)
      + (s.per + v_hold) / s.count * v_flows * greatest(v_nth - v_freeing, 0);

    v_turn := v_free_at;
    IF NOT p_has_turn AND v_waiting THEN
      SELECT greatest(l.ticket_at, l.turn_at) INTO v_end FROM rate_lines l WHERE l.scope = s.scope AND l.flow = s.flow;
      v_turn := greatest(v_end + (s.per + v_hold) / s.count * v_flows, v_free_at);
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
    DELETE FROM rate_turns t USING jsonb_to_recordset(p_scopes) AS r(scope text)
      WHERE t.scope = r.scope AND t.holder = p_holder;
    RETURN QUERY SELECT true, 0::double precision, ''::text;
    RETURN;
  END IF;

  DELETE FROM rate_lines l
    WHERE l.scope = v_last_scope AND l.flow <> v_last_flow
      AND greatest(l.ticket_at, l.turn_at, l.came_at) < v_now - interval '1 hour';
  DELETE FROM rate_turns t WHERE t.scope = v_last_scope AND t.turn_at < v_now - interval '1 minute';
  DELETE FROM rate_turns t USING jsonb_to_recordset(p_scopes) AS r(scope text)
    WHERE t.scope = r.scope AND t.holder = p_holder AND t.scope <> v_last_scope;
  IF p_has_turn THEN
    INSERT INTO rate_turns AS t (scope, holder, flow, turn_at) VALUES (v_last_scope, p_holder, v_last_flow, v_last_turn)
      ON CONFLICT (scope, holder) DO UPDATE SET turn_at = excluded.turn_at;
    INSERT INTO rate_lines AS l (scope, flow, turn_at, came_at) VALUES (v_last_scope, v_last_flow, v_last_turn, v_now)
      ON CONFLICT (scope, flow) DO UPDATE SET turn_at = greatest(l.turn_at, excluded.turn_at);
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
