-- The end of an attempt whose request had its answer from an earlier one.
UPDATE requests SET lease_owner = NULL, lease_until = NULL WHERE seq = @seq AND attempt = @attempt AND state = 3 AND lease_until IS NOT NULL
