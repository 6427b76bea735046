COPY pages (id, is_answer, first_seq, last_seq, created_at, codec, raw_bytes, data) FROM STDIN (FORMAT binary)
