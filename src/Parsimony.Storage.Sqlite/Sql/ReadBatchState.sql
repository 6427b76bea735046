SELECT state FROM batches WHERE id = @id
