SELECT * FROM stored_entries WHERE request_id = ANY (@ids) ORDER BY number
