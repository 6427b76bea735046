SELECT seq FROM requests WHERE scope = @scope AND listed_state IN (0, 2)
UNION ALL
SELECT r.seq FROM batch_scopes s JOIN batches b ON b.id = s.batch JOIN requests r ON r.batch = b.id
WHERE s.scope = @scope AND b.open_items > 0 AND r.scope = s.scope AND r.state = 1
ORDER BY seq
