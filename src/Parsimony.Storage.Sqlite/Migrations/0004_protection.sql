-- The keys payloads are protected with, by the numbers that pages name them by: a page's codec is that of its bytes (0 as is, 1 Brotli) plus twice its key's number.
CREATE TABLE payload_keys (
    number INTEGER PRIMARY KEY,
    key_id TEXT NOT NULL UNIQUE
);

-- Who asked for which payloads to be erased. A request whose payloads were erased has body page -1 (0 is one whose payloads were never stored).
CREATE TABLE erasures (
    id           INTEGER PRIMARY KEY,
    subject_kind INTEGER NOT NULL,
    subject      TEXT NOT NULL,
    requested_by TEXT NOT NULL,
    requested_at INTEGER NOT NULL,
    -- Requests up to this one are meant, and those before the next one are done.
    last_seq     INTEGER NOT NULL,
    next_seq     INTEGER NOT NULL,
    requests     INTEGER NOT NULL DEFAULT 0,
    cancelled    INTEGER NOT NULL DEFAULT 0,
    marked       INTEGER NOT NULL DEFAULT 0,
    finished_at  INTEGER
);

CREATE INDEX erasures_open ON erasures (id) WHERE finished_at IS NULL;

-- Files at providers that no batch names any more, until they are deleted there.
CREATE TABLE leftovers (
    id          INTEGER PRIMARY KEY,
    provider    TEXT NOT NULL,
    credential  TEXT NOT NULL,
    reference   TEXT NOT NULL,
    noted_at    INTEGER NOT NULL,
    clean_after INTEGER NOT NULL DEFAULT 0,
    UNIQUE (provider, credential, reference)
);

-- A row says that this store was exported with its open work. Triggers made together with it refuse every change: without it, they would cost time.
CREATE TABLE moves (
    moved_at INTEGER NOT NULL
);

-- Rejected ones have files, too.
DROP INDEX batches_to_clean;
CREATE INDEX batches_to_clean ON batches (clean_after) WHERE state IN (7, 8) AND is_cleaned = 0;

DROP VIEW stored_requests;
CREATE VIEW stored_requests AS
SELECT seq, id, scope, profile, state, route, reason, attempt, sends, uncertain, batch, accepted_at, deadline, escalate_at, finished_at,
       failure_code, finish_reason, bound_usd, cancel_requested, is_held, listed_state, body_page = -1 AS is_erased
FROM requests;
