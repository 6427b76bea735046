UPDATE requests SET lease_owner = @owner, lease_until = @until WHERE seq = @seq AND lease_until IS NOT NULL
