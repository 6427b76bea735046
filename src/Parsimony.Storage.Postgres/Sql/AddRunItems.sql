INSERT INTO run_items (scope, position, item_id, line, sample, seq)
SELECT @scope, i.position, i.item_id, i.line, i.sample, i.seq
FROM unnest(@positions, @item_ids, @lines, @samples, @seqs) i (position, item_id, line, sample, seq)
ORDER BY i.position
ON CONFLICT (scope, position) DO UPDATE SET item_id = excluded.item_id, line = excluded.line, sample = excluded.sample, seq = excluded.seq
