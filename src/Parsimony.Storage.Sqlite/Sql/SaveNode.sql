INSERT INTO nodes (owner, version, started_at, state, skew, seen_at) VALUES (@owner, @version, @started_at, @state, @skew, @now)
ON CONFLICT (owner) DO UPDATE SET state = excluded.state, skew = excluded.skew, seen_at = excluded.seen_at
