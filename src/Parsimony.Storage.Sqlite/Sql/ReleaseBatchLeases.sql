-- As ReleaseSendLeases.
UPDATE batches SET lease_until = @now WHERE state IN (2, 3, 4, 5, 6) AND lease_until > @now AND substr(lease_owner, 1, length(@owner) + 1) = @owner || '#'
