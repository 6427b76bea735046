-- The processes that run the engine, for people to see. Nothing is decided by it.
CREATE TABLE nodes (
    owner      text PRIMARY KEY,
    version    text NOT NULL,
    started_at timestamptz NOT NULL,
    seen_at    timestamptz NOT NULL,
    state      int NOT NULL CHECK (state BETWEEN 0 AND 2),
    skew       bigint NOT NULL
);
