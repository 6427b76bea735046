SELECT codec, raw_bytes, data FROM pages WHERE id = @id
