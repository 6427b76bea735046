UPDATE pages SET codec = @codec, raw_bytes = @raw_bytes, data = @data WHERE id = @id
