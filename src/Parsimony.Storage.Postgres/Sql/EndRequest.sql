UPDATE requests r SET
    state = e.state, listed_state = e.state, failure_code = e.failure_code, reason = coalesce(e.reason, r.reason), sends = r.sends + e.is_send,
    uncertain = r.uncertain + e.is_uncertain, finished_at = @now, is_held = false, lease_owner = NULL, lease_until = NULL
FROM unnest(@states, @failure_codes, @reasons, @is_send, @is_uncertain, @seqs) e (state, failure_code, reason, is_send, is_uncertain, seq)
WHERE r.seq = e.seq AND r.state IN (0, 1, 2)
