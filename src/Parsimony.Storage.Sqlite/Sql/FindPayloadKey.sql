SELECT number FROM payload_keys WHERE key_id = @key_id
