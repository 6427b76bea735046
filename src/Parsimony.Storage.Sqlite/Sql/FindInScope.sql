SELECT seq FROM requests WHERE id = @id AND scope = @scope
