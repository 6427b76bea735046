SELECT is_answer, first_seq, last_seq, codec, raw_bytes, data FROM pages WHERE id = @id
