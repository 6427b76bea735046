-- Under another limit: what is reached now is told again when it was not told at this height.
UPDATE budget_uses SET
    reached = budget_level(spent_usd + unknown_bound_usd + reserved_usd, @limit_usd),
    warned = least(warned, budget_level(spent_usd + unknown_bound_usd + reserved_usd, @limit_usd))
WHERE budget = @budget
