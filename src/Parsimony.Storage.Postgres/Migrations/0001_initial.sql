-- Numbers of states, kinds and routes are the ordinals of the enums of Parsimony.Engine, in their order of declaration.

CREATE TABLE secrets (
    name  text PRIMARY KEY,
    value bytea NOT NULL
);

-- Texts that many rows repeat: reasons, failure codes, finish reasons.
CREATE TABLE phrases (
    id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    text text NOT NULL UNIQUE
);

CREATE TABLE profiles (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider        text NOT NULL,
    model           text NOT NULL,
    credential      text NOT NULL,
    kind            smallint NOT NULL,
    dialect         smallint NOT NULL,
    isolation_group text NOT NULL,
    tenant          text NOT NULL,
    component       text NOT NULL,
    agent           text NOT NULL,
    session         text NOT NULL,
    tags            text NOT NULL,
    UNIQUE (provider, model, credential, kind, dialect, isolation_group, tenant, component, agent, session, tags)
);

CREATE TABLE scopes (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name              text NOT NULL UNIQUE,
    description       text NOT NULL DEFAULT '',
    started_at        timestamptz NOT NULL,
    total             bigint NOT NULL DEFAULT 0,
    answered          bigint NOT NULL DEFAULT 0,
    failed            bigint NOT NULL DEFAULT 0,
    expired           bigint NOT NULL DEFAULT 0,
    cancelled         bigint NOT NULL DEFAULT 0,
    held              bigint NOT NULL DEFAULT 0 CHECK (held >= 0),
    spent_usd         numeric NOT NULL DEFAULT 0,
    unknown_bound_usd numeric NOT NULL DEFAULT 0,
    reserved_usd      numeric NOT NULL DEFAULT 0,
    max_cost_usd      numeric,
    CHECK (total >= answered + failed + expired + cancelled + held)
);

-- Few of many: each call of its own is a scope, too.
CREATE INDEX scopes_holding ON scopes (name) WHERE held > 0;

-- Compressed payloads, many to a page; never changed, removed whole. codec: 0 as is, 1 Brotli.
-- A page's id is a UUIDv7, so its first 48 bits are its month.
CREATE TABLE pages (
    id         uuid NOT NULL,
    is_answer  boolean NOT NULL,
    first_seq  bigint NOT NULL,
    last_seq   bigint NOT NULL,
    created_at timestamptz NOT NULL,
    codec      smallint NOT NULL,
    raw_bytes  integer NOT NULL,
    data       bytea NOT NULL,
    PRIMARY KEY (id)
) PARTITION BY RANGE (id);

-- Compressed already: trying again would cost time for nothing.
ALTER TABLE pages ALTER COLUMN data SET STORAGE EXTERNAL;

CREATE INDEX pages_by_age ON pages (is_answer, created_at);

-- Ids whose first bits are no plausible month.
CREATE TABLE pages_other PARTITION OF pages DEFAULT;

CREATE TABLE batches (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key               text NOT NULL UNIQUE,
    provider          text NOT NULL,
    credential        text NOT NULL,
    kind              smallint NOT NULL,
    isolation_group   text NOT NULL,
    model             text NOT NULL,
    state             smallint NOT NULL CHECK (state BETWEEN 0 AND 8),
    count             integer NOT NULL DEFAULT 0,
    bytes             bigint NOT NULL DEFAULT 0,
    tokens            bigint NOT NULL DEFAULT 0,
    opened_at         timestamptz NOT NULL,
    sealed_at         timestamptz,
    create_sent_at    timestamptz,
    submitted_at      timestamptz,
    cancelled_at      timestamptz,
    ended_at          timestamptz,
    staged_reference  text,
    provider_batch_id text,
    is_suspected      boolean NOT NULL DEFAULT false,
    result_references text,
    candidates        text,
    searches          integer NOT NULL DEFAULT 0,
    creates           integer NOT NULL DEFAULT 0,
    misses            integer NOT NULL DEFAULT 0,
    not_before        timestamptz,
    escalate_at       timestamptz,
    failure_code      text,
    lease_owner       text,
    lease_until       timestamptz,
    -- Items still Batched in it, and how many of them are marked cancelled.
    open_items        integer NOT NULL DEFAULT 0 CHECK (open_items >= 0),
    marked_items      integer NOT NULL DEFAULT 0 CHECK (marked_items BETWEEN 0 AND open_items),
    first_seq         bigint,
    last_seq          bigint,
    is_cleaned        boolean NOT NULL DEFAULT false,
    clean_after       timestamptz NOT NULL DEFAULT '-infinity',
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
CREATE INDEX batches_to_clean ON batches (clean_after) WHERE state = 7 AND NOT is_cleaned;

CREATE TABLE batch_scopes (
    scope bigint NOT NULL,
    batch bigint NOT NULL,
    PRIMARY KEY (scope, batch)
);

-- Provider batches known not to be any of ours (any more).
CREATE TABLE foreign_batches (
    provider          text NOT NULL,
    provider_batch_id text NOT NULL,
    noted_at          timestamptz NOT NULL,
    PRIMARY KEY (provider, provider_batch_id)
);

CREATE SEQUENCE requests_seq;

CREATE TABLE requests (
    seq              bigint PRIMARY KEY,
    id               uuid NOT NULL,
    -- 16 bytes of a digest of scope and caller key, or of scope, fingerprint and ordinal. Null for calls made outside the engine.
    identity         uuid,
    -- Version and digest; only with a caller key, to notice its use for something else.
    fingerprint      bytea,
    scope            bigint NOT NULL,
    profile          bigint NOT NULL,
    state            smallint NOT NULL CHECK (state BETWEEN 0 AND 6),
    -- The state again, for the indexes; null while Batched and when Answered. No index names state itself, so that answering
    -- a batched request changes no indexed column and the new row version stays on its page (a heap-only update).
    listed_state     smallint,
    is_held          boolean NOT NULL,
    cancel_requested boolean NOT NULL DEFAULT false,
    route            smallint NOT NULL,
    reason           bigint NOT NULL,
    attempt          integer NOT NULL,
    sends            integer NOT NULL DEFAULT 0,
    uncertain        integer NOT NULL DEFAULT 0,
    batch            bigint,
    body_page        uuid,
    body_slot        integer,
    answer_page      uuid,
    answer_slot      integer,
    accepted_at      timestamptz NOT NULL,
    deadline         timestamptz,
    escalate_at      timestamptz,
    finished_at      timestamptz,
    not_before       timestamptz NOT NULL DEFAULT '-infinity',
    lease_owner      text,
    lease_until      timestamptz,
    failure_code     bigint,
    finish_reason    bigint,
    bound_usd        numeric,
    prefix_key       bigint,
    line_bytes       bigint,
    token_bound      bigint,
    CHECK ((finished_at IS NOT NULL) = (state >= 3)),
    CHECK ((failure_code IS NOT NULL) = (state >= 4)),
    CHECK ((lease_owner IS NULL) = (lease_until IS NULL)),
    CHECK (state <> 2 OR lease_owner IS NOT NULL),
    -- Answered with a lease: an earlier attempt's answer came first, and what the one under way may cost is still to be booked.
    CHECK (lease_owner IS NULL OR state IN (2, 3)),
    CHECK (state <> 1 OR batch IS NOT NULL),
    CHECK (NOT is_held OR state = 0),
    CHECK (listed_state IS NOT DISTINCT FROM CASE WHEN state IN (1, 3) THEN NULL ELSE state END)
) WITH (fillfactor = 80);

CREATE UNIQUE INDEX requests_by_id ON requests (id);
CREATE UNIQUE INDEX requests_by_identity ON requests (identity) WHERE identity IS NOT NULL;
CREATE INDEX requests_by_batch ON requests (batch, escalate_at) WHERE batch IS NOT NULL;
CREATE INDEX requests_by_scope ON requests (scope, listed_state) WHERE listed_state IS NOT NULL;
-- With the order in which they are taken: without it, every page taken would sort all that wait.
CREATE INDEX requests_to_send ON requests (not_before, seq) WHERE listed_state = 0 AND NOT is_held;
CREATE INDEX requests_sending ON requests (lease_until) WHERE lease_until IS NOT NULL;
CREATE INDEX requests_overdue ON requests (deadline) WHERE listed_state = 0 AND deadline IS NOT NULL;
CREATE INDEX requests_held ON requests (scope, seq) WHERE is_held;

CREATE TABLE run_items (
    scope    bigint NOT NULL,
    position bigint NOT NULL,
    item_id  text NOT NULL,
    line     bigint NOT NULL,
    sample   integer NOT NULL,
    seq      bigint NOT NULL,
    PRIMARY KEY (scope, position)
);

-- Identity columns are not for partitioned tables (before PostgreSQL 17).
CREATE SEQUENCE ledger_number;

-- By the month of the request's id, a UUIDv7: then one unique index per partition is one for all.
CREATE TABLE ledger (
    request_id         uuid NOT NULL,
    number             bigint NOT NULL DEFAULT nextval('ledger_number'),
    request            bigint NOT NULL,
    attempt            integer NOT NULL,
    kind               smallint NOT NULL,
    revision           integer NOT NULL,
    scope              bigint NOT NULL,
    profile            bigint NOT NULL,
    at                 timestamptz NOT NULL,
    route              smallint NOT NULL,
    uncached_input     bigint,
    cache_read         bigint,
    cache_write_short  bigint,
    cache_write_long   bigint,
    output             bigint,
    reasoning          bigint,
    images             integer,
    cost_usd           numeric,
    upper_bound_usd    numeric,
    baseline_usd       numeric,
    saved_by_batch     numeric,
    saved_by_cache     numeric,
    saved_by_tier      numeric,
    saved_by_reuse     numeric,
    saved_by_routing   numeric,
    price_source       bigint NOT NULL,
    provider_reference text,
    PRIMARY KEY (request_id, attempt, kind, revision)
) PARTITION BY RANGE (request_id);

CREATE INDEX ledger_by_number ON ledger (number);
CREATE INDEX ledger_by_scope ON ledger (scope, number);
CREATE INDEX ledger_unpriced ON ledger (number) WHERE cost_usd IS NULL AND uncached_input IS NOT NULL AND kind <> 4;

CREATE TABLE ledger_other PARTITION OF ledger DEFAULT;

CREATE TABLE rollups (
    period            smallint NOT NULL,
    start             timestamptz NOT NULL,
    profile           bigint NOT NULL,
    route             smallint NOT NULL,
    entries           bigint NOT NULL,
    cache_hits        bigint NOT NULL,
    unknown           bigint NOT NULL,
    uncached_input    bigint NOT NULL,
    cache_read        bigint NOT NULL,
    cache_write_short bigint NOT NULL,
    cache_write_long  bigint NOT NULL,
    output            bigint NOT NULL,
    reasoning         bigint NOT NULL,
    images            bigint NOT NULL,
    cost_usd          numeric NOT NULL,
    baseline_usd      numeric NOT NULL,
    saved_by_batch    numeric NOT NULL,
    saved_by_cache    numeric NOT NULL,
    saved_by_tier     numeric NOT NULL,
    saved_by_reuse    numeric NOT NULL,
    saved_by_routing  numeric NOT NULL,
    upper_bound_usd   numeric NOT NULL,
    PRIMARY KEY (period, start, profile, route)
);

CREATE TABLE observations (
    number   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind     smallint NOT NULL,
    provider text NOT NULL,
    model    text NOT NULL,
    size     integer NOT NULL,
    duration bigint NOT NULL,
    at       timestamptz NOT NULL
);

CREATE INDEX observations_by_kind ON observations (kind, provider);

-- Adds the partition of pages and ledger that holds the UUIDv7s of a month (given by its first day), when it is missing.
-- Made apart and then attached: readers and writers of the other months go on meanwhile. Where rows of the month went to the partition of all
-- other ids before, they stay there, and so do those that come.
CREATE FUNCTION add_month(month date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    parent text;
    child  text;
    lower_id uuid := (lpad(to_hex((extract(epoch FROM month::timestamp) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid;
    upper_id uuid := (lpad(to_hex((extract(epoch FROM (month + interval '1 month')::timestamp) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid;
BEGIN
    -- "parsimoo" as a number: one node at a time.
    PERFORM pg_advisory_xact_lock(8097866464764325743);
    FOREACH parent IN ARRAY ARRAY['pages', 'ledger'] LOOP
        child := parent || to_char(month, '_YYYY_MM');
        IF to_regclass(quote_ident(child)) IS NULL THEN
            BEGIN
                EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)', child, parent);
                EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, child, lower_id, upper_id);
            EXCEPTION WHEN check_violation THEN
                NULL;
            END;
        END IF;
    END LOOP;
END
$$;

-- Drops the partitions of a table whose month is over before a time and that hold nothing any more, and says how many.
-- Dropping needs the table for itself for a moment: when that takes long, the call fails (lock_not_available) and is made another time.
CREATE FUNCTION drop_months(parent text, before timestamptz) RETURNS integer LANGUAGE plpgsql SET lock_timeout = '200ms' AS $$
DECLARE
    child   regclass;
    is_used boolean;
    dropped integer := 0;
BEGIN
    FOR child IN
        SELECT i.inhrelid::regclass FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = to_regclass(quote_ident(parent)) AND c.relname ~ ('^' || parent || '_[0-9]{4}_[0-9]{2}$')
            AND (to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month') AT TIME ZONE 'UTC' <= before
        ORDER BY c.relname
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %s)', child) INTO is_used;
        IF NOT is_used THEN
            EXECUTE format('LOCK TABLE ONLY %I IN ACCESS EXCLUSIVE MODE', parent);
            EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', child);
            EXECUTE format('SELECT EXISTS (SELECT 1 FROM %s)', child) INTO is_used;
            IF NOT is_used THEN
                EXECUTE format('DROP TABLE %s', child);
                dropped := dropped + 1;
            END IF;
        END IF;
    END LOOP;

    RETURN dropped;
END
$$;

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
SELECT l.number, l.request, l.attempt, l.kind, l.revision, l.scope, l.profile, l.at, l.route, l.uncached_input, l.cache_read, l.cache_write_short,
       l.cache_write_long, l.output, l.reasoning, l.images, l.cost_usd, l.upper_bound_usd, l.baseline_usd, l.saved_by_batch, l.saved_by_cache,
       l.saved_by_tier, l.saved_by_reuse, l.saved_by_routing, l.price_source, l.provider_reference, l.request_id,
       CASE l.route WHEN 1 THEN b.key END AS batch_key
FROM ledger l LEFT JOIN requests r ON r.seq = l.request LEFT JOIN batches b ON b.id = r.batch;
