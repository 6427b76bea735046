UPDATE batches b SET
    state = f.state, count = f.count, bytes = f.bytes, tokens = f.tokens, escalate_at = f.escalate_at, open_items = b.open_items + f.added,
    first_seq = f.first_seq, last_seq = f.last_seq, sealed_at = CASE f.state WHEN 1 THEN @now END
FROM unnest(@ids, @states, @counts, @bytes, @tokens, @escalate_at, @added, @first_seqs, @last_seqs)
    f (id, state, count, bytes, tokens, escalate_at, added, first_seq, last_seq)
WHERE b.id = f.id AND b.state = 0
