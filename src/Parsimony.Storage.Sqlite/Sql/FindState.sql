SELECT state FROM requests WHERE id = @id
