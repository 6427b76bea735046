-- Locked, so that nodes that claim at the same time look at different rows; those not taken are free again at the end of the transaction.
SELECT seq, profile, greatest(accepted_at, not_before) FROM requests
WHERE listed_state = 0 AND NOT is_held AND not_before <= @now
ORDER BY not_before, seq LIMIT @max FOR UPDATE SKIP LOCKED
