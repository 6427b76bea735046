-- The keys payloads are protected with, by the numbers that pages name them by: a page's codec is that of its bytes (0 as is, 1 Brotli) plus twice its key's number.
CREATE TABLE payload_keys (
    number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key_id text NOT NULL UNIQUE
);

-- Who asked for which payloads to be erased. A request whose payloads were erased has the last of all pages (the first is that of one whose payloads were never stored).
CREATE TABLE erasures (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subject_kind smallint NOT NULL,
    subject      text NOT NULL,
    requested_by text NOT NULL,
    requested_at timestamptz NOT NULL,
    -- Requests up to this one are meant, and those before the next one are done.
    last_seq     bigint NOT NULL,
    next_seq     bigint NOT NULL,
    requests     bigint NOT NULL DEFAULT 0,
    cancelled    bigint NOT NULL DEFAULT 0,
    marked       bigint NOT NULL DEFAULT 0,
    finished_at  timestamptz
);

CREATE INDEX erasures_open ON erasures (id) WHERE finished_at IS NULL;

-- Files at providers that no batch names any more, until they are deleted there.
CREATE TABLE leftovers (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider    text NOT NULL,
    credential  text NOT NULL,
    reference   text NOT NULL,
    noted_at    timestamptz NOT NULL,
    clean_after timestamptz NOT NULL DEFAULT '-infinity',
    UNIQUE (provider, credential, reference)
);

-- A row says that this store was exported with its open work. Triggers made together with it refuse every change: without it, they would cost time.
CREATE TABLE moves (
    moved_at timestamptz NOT NULL
);

CREATE FUNCTION refuse_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'this store was exported and its work goes on elsewhere; open the new store, or take the mark back (parsimony export --release)'
        USING ERRCODE = 'object_not_in_prerequisite_state';
END
$$;

-- Rejected ones have files, too.
DROP INDEX batches_to_clean;
CREATE INDEX batches_to_clean ON batches (clean_after) WHERE state IN (7, 8) AND NOT is_cleaned;

CREATE OR REPLACE VIEW stored_requests AS
SELECT seq, id, scope, profile, state, route, reason, attempt, sends, uncertain, batch, accepted_at, deadline, escalate_at, finished_at,
       failure_code, finish_reason, bound_usd, cancel_requested, is_held, listed_state, 
       body_page IS NOT DISTINCT FROM 'ffffffff-ffff-ffff-ffff-ffffffffffff' AS is_erased
FROM requests;
