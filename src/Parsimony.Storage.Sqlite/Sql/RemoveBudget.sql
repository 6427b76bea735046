DELETE FROM budgets WHERE dimension = @dimension AND value = @value AND period = @period RETURNING id
