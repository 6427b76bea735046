SELECT seq, profile, max(accepted_at, not_before) FROM requests WHERE listed_state = 0 AND is_held = 0 AND profile = @profile AND not_before <= @now
ORDER BY not_before, seq LIMIT @max
