UPDATE requests SET is_held = 0, route = 0 WHERE seq = @seq AND state = 0 AND is_held = 1
