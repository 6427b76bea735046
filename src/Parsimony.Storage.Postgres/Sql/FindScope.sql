SELECT id FROM scopes WHERE name = @name
