SELECT r.* FROM batches b JOIN stored_requests r ON r.batch = b.id
WHERE b.state <= 6 AND b.open_items > 0 AND b.escalate_at <= @before AND r.escalate_at <= @before AND r.state = 1
ORDER BY r.escalate_at, r.seq LIMIT @max
