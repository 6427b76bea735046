WITH due AS (
    SELECT seq FROM requests
    WHERE listed_state = 0 AND NOT is_held AND not_before <= @now
    ORDER BY not_before, seq LIMIT @max FOR UPDATE SKIP LOCKED),
claimed AS (
    UPDATE requests r SET
        state = 2, listed_state = 2, attempt = r.attempt + 1, lease_owner = @owner, lease_until = @lease_for + coalesce(@clock, clock_timestamp())
    FROM due WHERE r.seq = due.seq
    RETURNING r.*)
SELECT
    seq, id, scope, profile, state, route, reason, attempt, sends, uncertain, batch, accepted_at, deadline, escalate_at, finished_at, failure_code,
    finish_reason, bound_usd, cancel_requested, is_held, listed_state, false
FROM claimed ORDER BY not_before, seq
