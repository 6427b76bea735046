SELECT s.seq, p.profile, s.since
FROM unnest(@profiles) p (profile) CROSS JOIN LATERAL (
    SELECT seq, greatest(accepted_at, not_before) AS since FROM requests
    WHERE listed_state = 0 AND NOT is_held AND profile = p.profile AND not_before <= @now
    ORDER BY not_before, seq LIMIT @max FOR UPDATE SKIP LOCKED) s
