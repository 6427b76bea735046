SELECT * FROM stored_batches WHERE id = @id
