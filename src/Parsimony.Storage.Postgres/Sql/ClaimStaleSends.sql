WITH due AS (
    SELECT seq FROM requests WHERE lease_until < coalesce(@clock, clock_timestamp()) ORDER BY lease_until LIMIT @max FOR UPDATE SKIP LOCKED)
UPDATE requests r SET lease_owner = @owner, lease_until = @lease_for + coalesce(@clock, clock_timestamp())
FROM due WHERE r.seq = due.seq
RETURNING
    r.seq, r.id, r.scope, r.profile, r.state, r.route, r.reason, r.attempt, r.sends, r.uncertain, r.batch, r.accepted_at, r.deadline, r.escalate_at,
    r.finished_at, r.failure_code, r.finish_reason, r.bound_usd, r.cancel_requested, r.is_held,
    r.listed_state, r.body_page IS NOT DISTINCT FROM 'ffffffff-ffff-ffff-ffff-ffffffffffff'
