SELECT * FROM stored_batches WHERE id = @id FOR UPDATE
