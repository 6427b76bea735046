SELECT id, codec, raw_bytes, data FROM pages WHERE id > @after AND codec / 2 <> @number ORDER BY id LIMIT @max
