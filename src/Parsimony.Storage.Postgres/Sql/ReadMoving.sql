SELECT r.seq, r.id, r.state, r.attempt, r.is_held, r.cancel_requested, r.scope, r.profile, r.bound_usd, r.batch, r.escalate_at, r.accepted_at,
       r.body_page IS NOT DISTINCT FROM 'ffffffff-ffff-ffff-ffff-ffffffffffff', s.max_cost_usd IS NOT NULL
FROM requests r JOIN scopes s ON s.id = r.scope
WHERE r.seq = ANY (@seqs)
-- Always in this order: two transactions that want the same rows wait for each other and never in a circle.
ORDER BY r.seq FOR UPDATE OF r
