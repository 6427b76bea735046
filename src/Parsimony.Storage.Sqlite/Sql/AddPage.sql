INSERT INTO pages (id, is_answer, first_seq, last_seq, created_at, codec, raw_bytes, data)
VALUES (@id, @is_answer, @first_seq, @last_seq, @now, @codec, @raw_bytes, @data)
