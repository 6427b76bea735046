UPDATE requests SET
    state = 3, listed_state = NULL, answer_page = @page, answer_slot = @slot, finish_reason = @finish_reason, finished_at = @now,
    is_held = 0, lease_owner = NULL, lease_until = NULL
WHERE seq = @seq AND state IN (0, 1, 2)
