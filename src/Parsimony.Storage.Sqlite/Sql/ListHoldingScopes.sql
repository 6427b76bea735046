SELECT name FROM scopes INDEXED BY scopes_holding WHERE held > 0 AND name > @after ORDER BY name LIMIT @max
