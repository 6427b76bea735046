UPDATE budget_uses SET warned = reached WHERE budget = @budget AND value = @value AND start = @start
