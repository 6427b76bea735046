INSERT INTO budget_uses (budget, value, start)
SELECT k.budget, k.value, k.start FROM unnest(@budgets, @values, @starts) WITH ORDINALITY k (budget, value, start, place) ORDER BY k.place
ON CONFLICT (budget, value, start) DO NOTHING
