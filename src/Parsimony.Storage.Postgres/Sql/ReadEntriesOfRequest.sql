-- By the id: then the partition is known, and its key is the index.
SELECT * FROM stored_entries WHERE request_id = (SELECT id FROM requests WHERE seq = @request) ORDER BY number
