-- Where the provider refused once for good, it is asked once more.
UPDATE batches SET is_cleaned = 0, clean_after = 0 WHERE id = @id AND state IN (7, 8) AND is_cleaned = 1
