SELECT max_cost_usd FROM scopes WHERE id = @id
