INSERT INTO moves (moved_at) VALUES (@now)
