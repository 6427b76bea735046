SELECT coalesce(max(number), 0)::bigint FROM observations
