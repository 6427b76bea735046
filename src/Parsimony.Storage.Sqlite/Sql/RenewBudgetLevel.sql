-- Under another limit: what is reached now is told again when it was not told at this height.
UPDATE budget_uses SET reached = @reached, warned = min(warned, @reached) WHERE budget = @budget AND value = @value AND start = @start
