-- What a batch under a lease has uploaded, and will no longer name.
INSERT INTO leftovers (provider, credential, reference, noted_at)
SELECT provider, credential, staged_reference, @now FROM batches WHERE id = @id AND lease_owner = @owner AND state IN (2, 4) AND staged_reference NOT IN ('', @kept)
ON CONFLICT DO NOTHING
