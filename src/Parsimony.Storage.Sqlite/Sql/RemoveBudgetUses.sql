DELETE FROM budget_uses WHERE budget = @budget
