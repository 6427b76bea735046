-- Where the provider refused once for good, it is asked once more.
UPDATE batches SET is_cleaned = false, clean_after = '-infinity' WHERE id = ANY (@ids) AND state IN (7, 8) AND is_cleaned
