SELECT name FROM scopes WHERE id = @id
