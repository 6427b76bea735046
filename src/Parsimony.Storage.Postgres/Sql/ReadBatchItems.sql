SELECT open_items, marked_items, first_seq, last_seq, escalate_at FROM batches WHERE id = @id
