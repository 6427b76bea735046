SELECT seq, scope, profile, accepted_at FROM requests WHERE id = @id
