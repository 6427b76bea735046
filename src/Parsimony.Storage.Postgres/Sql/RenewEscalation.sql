UPDATE batches b SET escalate_at = (
    SELECT r.escalate_at FROM requests r
    WHERE r.batch = b.id AND r.state = 1 AND r.escalate_at IS NOT NULL ORDER BY r.escalate_at LIMIT 1)
FROM unnest(@ids, @earliest) d (id, earliest)
WHERE b.id = d.id AND b.escalate_at >= d.earliest AND b.state <= 5
