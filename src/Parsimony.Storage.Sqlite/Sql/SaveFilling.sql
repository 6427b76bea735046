UPDATE batches SET
    count = @count, bytes = @bytes, tokens = @tokens, escalate_at = @escalate_at, open_items = open_items + @added,
    first_seq = @first_seq, last_seq = @last_seq
WHERE id = @id AND state = 0
