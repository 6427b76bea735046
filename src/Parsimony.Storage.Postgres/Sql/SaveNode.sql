-- The database's clock says when, and is answered: nodes measure theirs by it.
INSERT INTO nodes (owner, version, started_at, state, skew, seen_at) VALUES (@owner, @version, @started_at, @state, @skew, coalesce(@clock, clock_timestamp()))
ON CONFLICT (owner) DO UPDATE SET state = excluded.state, skew = excluded.skew, seen_at = excluded.seen_at
RETURNING seen_at
