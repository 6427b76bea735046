UPDATE scopes SET description = @description, max_cost_usd = @max_cost_usd, started_at = @now WHERE id = @id
