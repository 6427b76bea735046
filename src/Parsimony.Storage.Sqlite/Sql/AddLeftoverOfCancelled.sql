INSERT INTO leftovers (provider, credential, reference, noted_at)
SELECT provider, credential, staged_reference, @now FROM batches WHERE id = @id AND staged_reference <> ''
ON CONFLICT DO NOTHING
