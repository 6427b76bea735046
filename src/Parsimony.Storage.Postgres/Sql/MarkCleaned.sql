UPDATE batches SET is_cleaned = @is_done, clean_after = @not_before WHERE id = @id AND state IN (7, 8)
