-- Numbers of states, kinds and routes are the ordinals of the enums of Parsimony.Engine, in their order of declaration.
-- Times are Unix milliseconds (UTC); money is decimal text.

CREATE TABLE counters (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) WITHOUT ROWID;

INSERT INTO counters (name, value) VALUES ('last_page', 0), ('identities_merged_to', 0);

CREATE TABLE secrets (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;

-- Texts that many rows repeat: reasons, failure codes, finish reasons.
CREATE TABLE phrases (
    id   INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
);

CREATE TABLE profiles (
    id              INTEGER PRIMARY KEY,
    provider        TEXT NOT NULL,
    model           TEXT NOT NULL,
    credential      TEXT NOT NULL,
    kind            INTEGER NOT NULL,
    dialect         INTEGER NOT NULL,
    isolation_group TEXT NOT NULL,
    tenant          TEXT NOT NULL,
    component       TEXT NOT NULL,
    agent           TEXT NOT NULL,
    session         TEXT NOT NULL,
    tags            TEXT NOT NULL,
    UNIQUE (provider, model, credential, kind, dialect, isolation_group, tenant, component, agent, session, tags)
);

CREATE TABLE scopes (
    id                INTEGER PRIMARY KEY,
    name              TEXT NOT NULL UNIQUE,
    description       TEXT NOT NULL DEFAULT '',
    started_at        INTEGER NOT NULL,
    total             INTEGER NOT NULL DEFAULT 0,
    answered          INTEGER NOT NULL DEFAULT 0,
    failed            INTEGER NOT NULL DEFAULT 0,
    expired           INTEGER NOT NULL DEFAULT 0,
    cancelled         INTEGER NOT NULL DEFAULT 0,
    held              INTEGER NOT NULL DEFAULT 0 CHECK (held >= 0),
    spent_usd         TEXT NOT NULL DEFAULT '0',
    unknown_bound_usd TEXT NOT NULL DEFAULT '0',
    reserved_usd      TEXT NOT NULL DEFAULT '0',
    max_cost_usd      TEXT,
    -- The scope's ledger entries lie between these two numbers, with others among them.
    first_entry       INTEGER,
    last_entry        INTEGER,
    CHECK (total >= answered + failed + expired + cancelled + held)
);

-- Few of many: each call of its own is a scope, too.
CREATE INDEX scopes_holding ON scopes (name) WHERE held > 0;

-- Compressed payloads, many to a page; never changed, removed whole. codec: 0 as is, 1 Brotli.
CREATE TABLE pages (
    id         INTEGER PRIMARY KEY,
    is_answer  INTEGER NOT NULL,
    first_seq  INTEGER NOT NULL,
    last_seq   INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    codec      INTEGER NOT NULL,
    raw_bytes  INTEGER NOT NULL,
    data       BLOB NOT NULL
);

CREATE INDEX pages_by_age ON pages (is_answer, created_at);

CREATE TABLE batches (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    key               TEXT NOT NULL UNIQUE,
    provider          TEXT NOT NULL,
    credential        TEXT NOT NULL,
    kind              INTEGER NOT NULL,
    isolation_group   TEXT NOT NULL,
    model             TEXT NOT NULL,
    state             INTEGER NOT NULL CHECK (state BETWEEN 0 AND 8),
    count             INTEGER NOT NULL DEFAULT 0,
    bytes             INTEGER NOT NULL DEFAULT 0,
    tokens            INTEGER NOT NULL DEFAULT 0,
    opened_at         INTEGER NOT NULL,
    sealed_at         INTEGER,
    create_sent_at    INTEGER,
    submitted_at      INTEGER,
    cancelled_at      INTEGER,
    ended_at          INTEGER,
    staged_reference  TEXT,
    provider_batch_id TEXT,
    is_suspected      INTEGER NOT NULL DEFAULT 0,
    result_references TEXT,
    candidates        TEXT,
    searches          INTEGER NOT NULL DEFAULT 0,
    creates           INTEGER NOT NULL DEFAULT 0,
    misses            INTEGER NOT NULL DEFAULT 0,
    not_before        INTEGER,
    escalate_at       INTEGER,
    failure_code      TEXT,
    lease_owner       TEXT,
    lease_until       INTEGER,
    -- Items still Batched in it, and how many of them are marked cancelled.
    open_items        INTEGER NOT NULL DEFAULT 0 CHECK (open_items >= 0),
    marked_items      INTEGER NOT NULL DEFAULT 0 CHECK (marked_items BETWEEN 0 AND open_items),
    first_seq         INTEGER,
    last_seq          INTEGER,
    is_cleaned        INTEGER NOT NULL DEFAULT 0,
    clean_after       INTEGER NOT NULL DEFAULT 0,
    CHECK ((lease_owner IS NULL) = (lease_until IS NULL)),
    CHECK (state <> 0 OR sealed_at IS NULL),
    CHECK (state = 0 OR sealed_at IS NOT NULL),
    CHECK (state NOT IN (4, 5, 6, 7) OR provider_batch_id IS NOT NULL),
    CHECK ((ended_at IS NOT NULL) = (state IN (6, 7, 8))),
    CHECK (state NOT IN (7, 8) OR (open_items = 0 AND lease_owner IS NULL))
);

-- One filling batch per lane.
CREATE UNIQUE INDEX batches_filling ON batches (provider, credential, kind, isolation_group, model) WHERE state = 0;
CREATE INDEX batches_by_state ON batches (state, not_before);
CREATE UNIQUE INDEX batches_by_provider_id ON batches (provider, provider_batch_id) WHERE provider_batch_id IS NOT NULL;
CREATE INDEX batches_to_clean ON batches (clean_after) WHERE state = 7 AND is_cleaned = 0;

CREATE TABLE batch_scopes (
    scope INTEGER NOT NULL,
    batch INTEGER NOT NULL,
    PRIMARY KEY (scope, batch)
) WITHOUT ROWID;

-- Provider batches known not to be any of ours (any more).
CREATE TABLE foreign_batches (
    provider          TEXT NOT NULL,
    provider_batch_id TEXT NOT NULL,
    noted_at          INTEGER NOT NULL,
    PRIMARY KEY (provider, provider_batch_id)
) WITHOUT ROWID;

CREATE TABLE requests (
    seq              INTEGER PRIMARY KEY,
    id               BLOB NOT NULL,
    -- 16 bytes of a digest of scope and caller key, or of scope, fingerprint and ordinal.
    identity         BLOB NOT NULL,
    -- Version and digest; only with a caller key, to notice its use for something else.
    fingerprint      BLOB,
    scope            INTEGER NOT NULL,
    profile          INTEGER NOT NULL,
    state            INTEGER NOT NULL CHECK (state BETWEEN 0 AND 6),
    -- The state again, for the indexes; null while Batched and when Answered, so that answering a batched request changes no index:
    -- having each of them look at the change took half the time of the update.
    listed_state     INTEGER,
    is_held          INTEGER NOT NULL,
    cancel_requested INTEGER NOT NULL,
    route            INTEGER NOT NULL,
    reason           INTEGER NOT NULL,
    attempt          INTEGER NOT NULL,
    sends            INTEGER NOT NULL,
    uncertain        INTEGER NOT NULL,
    batch            INTEGER,
    body_page        INTEGER NOT NULL,
    body_slot        INTEGER NOT NULL,
    answer_page      INTEGER,
    answer_slot      INTEGER,
    accepted_at      INTEGER NOT NULL,
    deadline         INTEGER,
    escalate_at      INTEGER,
    finished_at      INTEGER,
    not_before       INTEGER NOT NULL,
    lease_owner      TEXT,
    lease_until      INTEGER,
    failure_code     INTEGER,
    finish_reason    INTEGER,
    bound_usd        TEXT,
    prefix_key       INTEGER,
    line_bytes       INTEGER,
    token_bound      INTEGER,
    CHECK ((finished_at IS NOT NULL) = (state >= 3)),
    CHECK ((answer_page IS NOT NULL) = (state = 3)),
    CHECK ((failure_code IS NOT NULL) = (state >= 4)),
    CHECK ((lease_owner IS NULL) = (lease_until IS NULL)),
    CHECK (state <> 2 OR lease_owner IS NOT NULL),
    -- Answered with a lease: an earlier attempt's answer came first, and what the one under way may cost is still to be booked.
    CHECK (lease_owner IS NULL OR state IN (2, 3)),
    CHECK (state <> 1 OR batch IS NOT NULL),
    CHECK (is_held = 0 OR state = 0),
    CHECK (listed_state IS CASE WHEN state IN (1, 3) THEN NULL ELSE state END)
);

CREATE UNIQUE INDEX requests_by_id ON requests (id);
CREATE INDEX requests_by_batch ON requests (batch, escalate_at) WHERE batch IS NOT NULL;
CREATE INDEX requests_by_scope ON requests (scope, listed_state) WHERE listed_state IS NOT NULL;
CREATE INDEX requests_to_send ON requests (not_before) WHERE listed_state = 0 AND is_held = 0;
CREATE INDEX requests_sending ON requests (lease_until) WHERE lease_until IS NOT NULL;
CREATE INDEX requests_overdue ON requests (deadline) WHERE listed_state = 0 AND deadline IS NOT NULL;
CREATE INDEX requests_held ON requests (scope) WHERE is_held = 1;

-- The first 8 bytes of each identity. Digests are random, and an insert into a large tree of random keys writes one page per row:
-- new ones go to a small tree first, and are moved to the large one in key order, many per page.
CREATE TABLE identities (
    hash INTEGER NOT NULL,
    seq  INTEGER NOT NULL,
    PRIMARY KEY (hash, seq)
) WITHOUT ROWID;

CREATE TABLE identities_recent (
    hash INTEGER NOT NULL,
    seq  INTEGER NOT NULL,
    PRIMARY KEY (hash, seq)
) WITHOUT ROWID;

CREATE TABLE run_items (
    scope    INTEGER NOT NULL,
    position INTEGER NOT NULL,
    item_id  TEXT NOT NULL,
    line     INTEGER NOT NULL,
    sample   INTEGER NOT NULL,
    seq      INTEGER NOT NULL,
    PRIMARY KEY (scope, position)
) WITHOUT ROWID;

CREATE TABLE ledger (
    -- Never used again, because pruning leaves the newest entry; AUTOINCREMENT would write a counter at each entry.
    number             INTEGER PRIMARY KEY,
    request            INTEGER NOT NULL,
    attempt            INTEGER NOT NULL,
    kind               INTEGER NOT NULL,
    revision           INTEGER NOT NULL,
    scope              INTEGER NOT NULL,
    profile            INTEGER NOT NULL,
    at                 INTEGER NOT NULL,
    route              INTEGER NOT NULL,
    uncached_input     INTEGER,
    cache_read         INTEGER,
    cache_write_short  INTEGER,
    cache_write_long   INTEGER,
    output             INTEGER,
    reasoning          INTEGER,
    images             INTEGER,
    cost_usd           TEXT,
    upper_bound_usd    TEXT,
    baseline_usd       TEXT,
    saved_by_batch     TEXT,
    saved_by_cache     TEXT,
    saved_by_tier      TEXT,
    saved_by_reuse     TEXT,
    saved_by_routing   TEXT,
    price_source       INTEGER NOT NULL,
    provider_reference TEXT
);

CREATE UNIQUE INDEX ledger_by_request ON ledger (request, attempt, kind, revision);
CREATE INDEX ledger_unpriced ON ledger (number) WHERE cost_usd IS NULL AND uncached_input IS NOT NULL AND kind <> 4;

CREATE TABLE rollups (
    period            INTEGER NOT NULL,
    start             INTEGER NOT NULL,
    profile           INTEGER NOT NULL,
    route             INTEGER NOT NULL,
    entries           INTEGER NOT NULL,
    cache_hits        INTEGER NOT NULL,
    unknown           INTEGER NOT NULL,
    uncached_input    INTEGER NOT NULL,
    cache_read        INTEGER NOT NULL,
    cache_write_short INTEGER NOT NULL,
    cache_write_long  INTEGER NOT NULL,
    output            INTEGER NOT NULL,
    reasoning         INTEGER NOT NULL,
    images            INTEGER NOT NULL,
    cost_usd          TEXT NOT NULL,
    baseline_usd      TEXT NOT NULL,
    saved_by_batch    TEXT NOT NULL,
    saved_by_cache    TEXT NOT NULL,
    saved_by_tier     TEXT NOT NULL,
    saved_by_reuse    TEXT NOT NULL,
    saved_by_routing  TEXT NOT NULL,
    upper_bound_usd   TEXT NOT NULL,
    PRIMARY KEY (period, start, profile, route)
) WITHOUT ROWID;

CREATE TABLE observations (
    number   INTEGER PRIMARY KEY,
    kind     INTEGER NOT NULL,
    provider TEXT NOT NULL,
    model    TEXT NOT NULL,
    size     INTEGER NOT NULL,
    duration INTEGER NOT NULL,
    at       INTEGER NOT NULL
);

CREATE INDEX observations_by_kind ON observations (kind, provider);

CREATE VIEW stored_requests AS
SELECT seq, id, scope, profile, state, route, reason, attempt, sends, uncertain, batch, accepted_at, deadline, escalate_at, finished_at,
       failure_code, finish_reason, bound_usd, cancel_requested, is_held, listed_state
FROM requests;

CREATE VIEW stored_batches AS
SELECT id, key, provider, credential, kind, isolation_group, model, state, count, bytes, tokens, opened_at, sealed_at, create_sent_at,
       submitted_at, cancelled_at, ended_at, staged_reference, provider_batch_id, is_suspected, result_references, candidates, searches,
       creates, misses, not_before, escalate_at, failure_code, lease_owner, lease_until
FROM batches;

CREATE VIEW stored_entries AS
SELECT number, request, attempt, kind, revision, scope, profile, at, route, uncached_input, cache_read, cache_write_short, cache_write_long,
       output, reasoning, images, cost_usd, upper_bound_usd, baseline_usd, saved_by_batch, saved_by_cache, saved_by_tier, saved_by_reuse,
       saved_by_routing, price_source, provider_reference,
       (SELECT id FROM requests WHERE seq = ledger.request) AS request_id,
       CASE route WHEN 1 THEN (SELECT key FROM batches WHERE id = (SELECT batch FROM requests WHERE seq = ledger.request)) END AS batch_key
FROM ledger;
