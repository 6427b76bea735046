SELECT nextval('requests_seq') FROM generate_series(1, @count)
