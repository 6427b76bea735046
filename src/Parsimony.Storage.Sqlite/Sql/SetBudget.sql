UPDATE budgets SET limit_usd = @limit_usd, is_hard = @is_hard, allow_unpriced = @allow_unpriced WHERE id = @id
