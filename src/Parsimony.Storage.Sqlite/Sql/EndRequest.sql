UPDATE requests SET
    state = @state, listed_state = @state, failure_code = @failure_code, reason = coalesce(@reason, reason), sends = sends + @is_send, uncertain = uncertain + @is_uncertain,
    finished_at = @now, is_held = 0, lease_owner = NULL, lease_until = NULL
WHERE seq = @seq AND state IN (0, 1, 2)
