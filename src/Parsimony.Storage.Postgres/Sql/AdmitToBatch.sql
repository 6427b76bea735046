UPDATE requests r SET
    state = 1, listed_state = NULL, is_held = false, attempt = 1, batch = a.batch, line_bytes = NULL, token_bound = NULL
FROM unnest(@batches, @seqs) a (batch, seq)
WHERE r.seq = a.seq AND r.state = 0 AND r.is_held
