UPDATE batches SET staged_reference = NULL WHERE id = @id AND staged_reference IS NOT NULL
