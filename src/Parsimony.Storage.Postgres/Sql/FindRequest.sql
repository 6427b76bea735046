SELECT * FROM stored_requests WHERE id = @id
