SELECT id, state FROM requests WHERE id = ANY (@ids)
