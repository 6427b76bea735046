-- An answer is stored when its request ends, so a page is as old as the ends of all its requests.
DELETE FROM pages WHERE id IN (
    SELECT id FROM pages WHERE is_answer AND created_at < @before ORDER BY created_at LIMIT @max)
