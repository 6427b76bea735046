SELECT id FROM scopes WHERE id = ANY (@ids) AND max_cost_usd IS NOT NULL
