SELECT prefix_key, seq, attempt, profile, body_page, body_slot FROM requests WHERE batch = @batch AND state = 1 AND body_page <> -1
