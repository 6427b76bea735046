SELECT nextval(pg_get_serial_sequence('batches', 'id')) FROM generate_series(1, @count)
