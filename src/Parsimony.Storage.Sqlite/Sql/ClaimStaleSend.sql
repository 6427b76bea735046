UPDATE requests SET lease_owner = @owner, lease_until = @until WHERE seq = @seq AND state = 2
