-- The end of an attempt whose request had its answer from an earlier one.
UPDATE requests r SET lease_owner = NULL, lease_until = NULL
FROM unnest(@seqs, @attempts) e (seq, attempt)
WHERE r.seq = e.seq AND r.attempt = e.attempt AND r.state = 3 AND r.lease_until IS NOT NULL
