SELECT spent_usd, unknown_bound_usd, reserved_usd FROM scopes WHERE id = @id
