-- As EndBatchLeases, for live calls: they are found again, and settled as uncertain.
UPDATE requests SET lease_until = @now WHERE lease_until > @now
