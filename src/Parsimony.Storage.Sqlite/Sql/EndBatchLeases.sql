-- Whoever gets the engine lock knows that its former holder is gone: what it had claimed is free from now on.
UPDATE batches SET lease_until = @now WHERE lease_until > @now
