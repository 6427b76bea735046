SELECT i.position, i.item_id, i.line, i.sample, i.seq, r.answer_page, r.answer_slot
FROM run_items i LEFT JOIN requests r ON r.seq = i.seq
WHERE i.scope = @scope AND i.position > @after ORDER BY i.position LIMIT @max
