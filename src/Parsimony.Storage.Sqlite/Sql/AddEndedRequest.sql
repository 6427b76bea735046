-- Page 0 is no page: a request whose payloads were never stored reads like one whose payloads were pruned. Its identity is random, and is
-- not among those that are looked up: nobody asks for it again.
INSERT INTO requests (
    seq, id, identity, scope, profile, state, listed_state, is_held, cancel_requested, route, reason, attempt, sends, uncertain,
    body_page, body_slot, answer_page, answer_slot, accepted_at, deadline, finished_at, not_before, failure_code, finish_reason, bound_usd)
VALUES (
    @seq, @id, @id, @scope, @profile, @state, CASE @state WHEN 3 THEN NULL ELSE @state END, 0, 0, @route, @reason, @attempt, @sends, @uncertain,
    0, 0, CASE @state WHEN 3 THEN 0 END, CASE @state WHEN 3 THEN 0 END, @accepted_at, @deadline, @finished_at, 0, @failure_code, @finish_reason, @bound_usd)
ON CONFLICT (id) DO NOTHING
