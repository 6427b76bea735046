SELECT isolation_group, turn_at FROM queue_turns WHERE provider = @provider AND credential = @credential
