SELECT name FROM scopes WHERE held > 0 AND name > @after ORDER BY name LIMIT @max
