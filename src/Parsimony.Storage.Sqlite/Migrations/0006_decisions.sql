-- Additive: a version that does not know these tables works without them; its requests have no decision to make again.

-- What decisions were taken on, each distinct one once: settings, limits, beliefs and prices. Nothing of a prompt, no tenant, key, session or run: erasures leave it.
CREATE TABLE decision_contexts (
    number   INTEGER PRIMARY KEY AUTOINCREMENT,
    -- 16 bytes of a digest of the text.
    key      BLOB NOT NULL UNIQUE,
    added_at INTEGER NOT NULL,
    text     TEXT NOT NULL
);

-- The requests of one chunk that were decided alike, from the first number to the last; numbers between may be others'. Inputs: what is each one's own
-- (counts of tokens, distances in time, expected cost), packed.
CREATE TABLE decisions (
    first      INTEGER PRIMARY KEY,
    last       INTEGER NOT NULL,
    context    INTEGER NOT NULL,
    reason     INTEGER NOT NULL,
    route      INTEGER NOT NULL,
    decided_at INTEGER NOT NULL,
    inputs     BLOB NOT NULL
);

CREATE INDEX decisions_by_context ON decisions (context);
