-- Page 0 is no page: a request whose payloads were never stored reads like one whose payloads were pruned. It has no identity: nobody asks for it again.
-- By id: two nodes that book the same calls wait for each other and never in a circle.
INSERT INTO requests (
    seq, id, scope, profile, state, listed_state, is_held, route, reason, attempt, sends, uncertain,
    body_page, body_slot, answer_page, answer_slot, accepted_at, deadline, finished_at, failure_code, finish_reason, bound_usd)
SELECT
    nextval('requests_seq'), c.id, c.scope, c.profile, c.state, CASE c.state WHEN 3 THEN NULL ELSE c.state END, false, c.route, c.reason,
    c.attempt, c.sends, c.uncertain, '00000000-0000-0000-0000-000000000000', 0,
    CASE c.state WHEN 3 THEN '00000000-0000-0000-0000-000000000000'::uuid END, CASE c.state WHEN 3 THEN 0 END,
    c.accepted_at, c.deadline, c.finished_at, c.failure_code, c.finish_reason, c.bound_usd
FROM unnest(
    @ids, @scopes, @profiles, @states, @routes, @reasons, @attempts, @sends, @uncertain, @accepted_at, @deadlines, @finished_at, @failure_codes,
    @finish_reasons, @bound_usd)
    c (id, scope, profile, state, route, reason, attempt, sends, uncertain, accepted_at, deadline, finished_at, failure_code, finish_reason, bound_usd)
ORDER BY c.id
ON CONFLICT (id) DO NOTHING
RETURNING seq, id
