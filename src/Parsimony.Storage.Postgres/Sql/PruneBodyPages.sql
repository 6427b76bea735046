DELETE FROM pages WHERE id IN (
    SELECT p.id FROM pages p WHERE NOT p.is_answer AND p.created_at < @before AND NOT EXISTS (
        SELECT 1 FROM requests r WHERE r.seq BETWEEN p.first_seq AND p.last_seq AND r.body_page = p.id
            AND (r.finished_at IS NULL OR r.finished_at >= @before))
    ORDER BY p.created_at LIMIT @max)
