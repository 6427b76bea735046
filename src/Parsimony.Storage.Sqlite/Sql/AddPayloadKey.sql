INSERT INTO payload_keys (key_id) VALUES (@key_id) ON CONFLICT (key_id) DO NOTHING
