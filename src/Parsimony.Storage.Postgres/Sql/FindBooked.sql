SELECT seq, id, scope, profile, accepted_at FROM requests WHERE id = ANY (@ids)
