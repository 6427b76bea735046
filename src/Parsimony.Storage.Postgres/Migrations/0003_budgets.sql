-- A budget may be about one of a tenant's keys: the label of the key belongs to what requests have in common.
ALTER TABLE profiles ADD COLUMN key_label text NOT NULL DEFAULT '';

DO $$
DECLARE
    old text;
BEGIN
    SELECT conname INTO old FROM pg_constraint WHERE conrelid = to_regclass('profiles') AND contype = 'u';
    EXECUTE format('ALTER TABLE profiles DROP CONSTRAINT %I', old);
END
$$;

ALTER TABLE profiles ADD CONSTRAINT profiles_of_values
    UNIQUE (provider, model, credential, kind, dialect, isolation_group, tenant, key_label, component, agent, session, tags);

CREATE TABLE budgets (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dimension      smallint NOT NULL CHECK (dimension BETWEEN 0 AND 5),
    value          text NOT NULL,
    period         smallint NOT NULL CHECK (period BETWEEN 0 AND 2),
    limit_usd      numeric NOT NULL CHECK (limit_usd >= 0),
    is_hard        boolean NOT NULL,
    allow_unpriced boolean NOT NULL,
    counts_from    timestamptz NOT NULL,
    UNIQUE (dimension, value, period),
    CHECK ((dimension = 0) = (value = ''))
);

-- Raised by every change of the budgets: nodes keep the budgets of a version in memory.
CREATE TABLE budget_version (version bigint NOT NULL);
INSERT INTO budget_version (version) VALUES (0);

-- What one value used of a budget in one period. Sorted by bytes, as the nodes sort.
CREATE TABLE budget_uses (
    budget            bigint NOT NULL,
    value             text COLLATE "C" NOT NULL,
    start             timestamptz NOT NULL,
    spent_usd         numeric NOT NULL DEFAULT 0,
    unknown_bound_usd numeric NOT NULL DEFAULT 0,
    reserved_usd      numeric NOT NULL DEFAULT 0,
    -- The highest of 50, 80, 100 percent it ever came to, and the highest that was told.
    reached           smallint NOT NULL DEFAULT 0,
    warned            smallint NOT NULL DEFAULT 0,
    PRIMARY KEY (budget, value, start)
) WITH (fillfactor = 50);

CREATE INDEX budget_uses_to_warn ON budget_uses (budget) WHERE reached > warned;

-- Live calls made outside the engine that are under way: their id is the one they are booked under.
CREATE TABLE budget_reservations (
    id          uuid PRIMARY KEY,
    scope       bigint NOT NULL,
    profile     bigint NOT NULL,
    bound_usd   numeric,
    accepted_at timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL
);

CREATE INDEX budget_reservations_by_end ON budget_reservations (expires_at);

-- Keeps the budgets as they are until the transaction ends, and gives their version: taken by all that changes what is used of them. A statement of its
-- own inside the function, so that the version is the one after the wait.
CREATE FUNCTION budgets_version() RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('parsimony budgets ' || current_schema(), 0));
    RETURN (SELECT version FROM budget_version);
END
$$;

CREATE FUNCTION budget_level(committed numeric, most numeric) RETURNS smallint LANGUAGE sql IMMUTABLE AS $$
    SELECT (CASE WHEN committed <= 0 THEN 0 WHEN committed >= most THEN 100 WHEN committed >= most * 0.8 THEN 80 WHEN committed >= most * 0.5 THEN 50 ELSE 0 END)::smallint
$$;
