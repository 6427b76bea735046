SELECT * FROM stored_entries WHERE request = @request ORDER BY number
