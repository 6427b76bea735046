UPDATE requests SET state = 2, listed_state = 2, attempt = attempt + 1, lease_owner = @owner, lease_until = @until
WHERE seq = @seq AND state = 0 AND is_held = 0
