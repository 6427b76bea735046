UPDATE requests SET is_held = false, route = 0 WHERE seq = ANY (@seqs) AND state = 0 AND is_held
