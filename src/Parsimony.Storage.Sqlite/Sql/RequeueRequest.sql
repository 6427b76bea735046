UPDATE requests SET
    state = 0, listed_state = 0, route = 0, reason = @reason, is_held = @is_held, not_before = @not_before, sends = sends + @is_send, uncertain = uncertain + @is_uncertain,
    lease_owner = NULL, lease_until = NULL
WHERE seq = @seq AND state IN (1, 2)
