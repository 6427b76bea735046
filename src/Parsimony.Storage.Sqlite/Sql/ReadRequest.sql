SELECT * FROM stored_requests WHERE seq = @seq
