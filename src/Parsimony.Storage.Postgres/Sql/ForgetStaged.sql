-- Input uploaded before a cancel holds the cancelled item: it is uploaded again, not bought.
UPDATE batches SET staged_reference = NULL WHERE id = ANY (@ids) AND staged_reference IS NOT NULL
