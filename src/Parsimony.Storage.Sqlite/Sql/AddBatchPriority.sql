INSERT INTO batch_priorities (batch, priority, items) VALUES (@batch, @priority, @items)
ON CONFLICT (batch, priority) DO UPDATE SET items = items + excluded.items
