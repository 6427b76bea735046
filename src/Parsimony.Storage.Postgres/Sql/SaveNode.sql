-- The database's clock says when, and is answered: nodes measure theirs by it. With the schema, which another version may have migrated meanwhile.
INSERT INTO nodes (owner, version, started_at, state, skew, seen_at) VALUES (@owner, @version, @started_at, @state, @skew, coalesce(@clock, clock_timestamp()))
ON CONFLICT (owner) DO UPDATE SET state = excluded.state, skew = excluded.skew, seen_at = excluded.seen_at
RETURNING seen_at, (SELECT count(*)::integer FROM migrations), (SELECT max(name) FROM migrations)
