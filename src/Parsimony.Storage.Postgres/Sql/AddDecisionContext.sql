INSERT INTO decision_contexts (key, added_at, text) VALUES (@key, @now, @text) ON CONFLICT DO NOTHING RETURNING number
