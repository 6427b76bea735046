SELECT owner, version, started_at, seen_at, state, skew FROM nodes ORDER BY seen_at DESC, owner
