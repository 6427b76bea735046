UPDATE requests SET state = 1, listed_state = NULL, is_held = 0, attempt = 1, batch = @batch, line_bytes = NULL, token_bound = NULL
WHERE seq = @seq AND state = 0 AND is_held = 1
