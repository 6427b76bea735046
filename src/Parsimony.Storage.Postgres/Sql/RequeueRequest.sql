UPDATE requests r SET
    state = 0, listed_state = 0, route = 0, reason = q.reason, is_held = q.is_held, not_before = coalesce(q.not_before, '-infinity'),
    sends = r.sends + q.is_send, uncertain = r.uncertain + q.is_uncertain, lease_owner = NULL, lease_until = NULL
FROM unnest(@reasons, @is_held, @not_before, @is_send, @is_uncertain, @seqs) q (reason, is_held, not_before, is_send, is_uncertain, seq)
WHERE r.seq = q.seq AND r.state IN (1, 2)
