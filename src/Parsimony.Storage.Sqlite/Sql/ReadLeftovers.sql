SELECT id, provider, credential, reference FROM leftovers WHERE clean_after <= @now ORDER BY clean_after, id LIMIT @max
