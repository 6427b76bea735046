INSERT INTO batch_priorities AS p (batch, priority, items)
SELECT batch, priority, items FROM unnest(@batches, @priorities, @items) n (batch, priority, items) ORDER BY batch, priority
ON CONFLICT (batch, priority) DO UPDATE SET items = p.items + excluded.items
