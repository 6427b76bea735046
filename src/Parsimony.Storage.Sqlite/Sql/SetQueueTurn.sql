INSERT INTO queue_turns (provider, credential, isolation_group, turn_at) VALUES (@provider, @credential, @isolation_group, @now)
ON CONFLICT (provider, credential, isolation_group) DO UPDATE SET turn_at = excluded.turn_at
