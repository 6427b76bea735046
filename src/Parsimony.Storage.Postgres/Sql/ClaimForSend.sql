WITH claimed AS (
    UPDATE requests r SET
        state = 2, listed_state = 2, attempt = r.attempt + 1, lease_owner = @owner, lease_until = @lease_for + coalesce(@clock, clock_timestamp())
    FROM unnest(@seqs) WITH ORDINALITY c (seq, number)
    WHERE r.seq = c.seq AND r.state = 0 AND NOT r.is_held
    RETURNING r.*, c.number)
SELECT
    seq, id, scope, profile, state, route, reason, attempt, sends, uncertain, batch, accepted_at, deadline, escalate_at, finished_at, failure_code,
    finish_reason, bound_usd, cancel_requested, is_held, listed_state, false
FROM claimed ORDER BY number
