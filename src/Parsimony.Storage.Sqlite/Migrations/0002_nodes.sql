-- The processes that run the engine, for people to see. Nothing is decided by it.
CREATE TABLE nodes (
    owner      TEXT PRIMARY KEY,
    version    TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    state      INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),
    skew       INTEGER NOT NULL
) WITHOUT ROWID;
