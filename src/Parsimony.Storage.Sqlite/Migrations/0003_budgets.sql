-- A budget may be about one of a tenant's keys: the label of the key belongs to what requests have in common, and to what makes a profile unique.
CREATE TABLE profiles_with_keys (
    id              INTEGER PRIMARY KEY,
    provider        TEXT NOT NULL,
    model           TEXT NOT NULL,
    credential      TEXT NOT NULL,
    kind            INTEGER NOT NULL,
    dialect         INTEGER NOT NULL,
    isolation_group TEXT NOT NULL,
    tenant          TEXT NOT NULL,
    key_label       TEXT NOT NULL,
    component       TEXT NOT NULL,
    agent           TEXT NOT NULL,
    session         TEXT NOT NULL,
    tags            TEXT NOT NULL,
    UNIQUE (provider, model, credential, kind, dialect, isolation_group, tenant, key_label, component, agent, session, tags)
);

INSERT INTO profiles_with_keys
SELECT id, provider, model, credential, kind, dialect, isolation_group, tenant, '', component, agent, session, tags FROM profiles;

DROP TABLE profiles;
ALTER TABLE profiles_with_keys RENAME TO profiles;

CREATE TABLE budgets (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    dimension      INTEGER NOT NULL CHECK (dimension BETWEEN 0 AND 5),
    value          TEXT NOT NULL,
    period         INTEGER NOT NULL CHECK (period BETWEEN 0 AND 2),
    limit_usd      TEXT NOT NULL,
    is_hard        INTEGER NOT NULL,
    allow_unpriced INTEGER NOT NULL,
    counts_from    INTEGER NOT NULL,
    UNIQUE (dimension, value, period),
    CHECK ((dimension = 0) = (value = ''))
);

-- Raised by every change of the budgets: processes keep the budgets of a version in memory.
INSERT INTO counters (name, value) VALUES ('budget_version', 0);

-- What one value used of a budget in one period.
CREATE TABLE budget_uses (
    budget            INTEGER NOT NULL,
    value             TEXT NOT NULL,
    start             INTEGER NOT NULL,
    spent_usd         TEXT NOT NULL,
    unknown_bound_usd TEXT NOT NULL,
    reserved_usd      TEXT NOT NULL,
    -- The highest of 50, 80, 100 percent it ever came to, and the highest that was told.
    reached           INTEGER NOT NULL,
    warned            INTEGER NOT NULL,
    PRIMARY KEY (budget, value, start)
) WITHOUT ROWID;

CREATE INDEX budget_uses_to_warn ON budget_uses (budget) WHERE reached > warned;

-- Live calls made outside the engine that are under way: their id is the one they are booked under.
CREATE TABLE budget_reservations (
    id          BLOB PRIMARY KEY,
    scope       INTEGER NOT NULL,
    profile     INTEGER NOT NULL,
    bound_usd   TEXT,
    accepted_at INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX budget_reservations_by_end ON budget_reservations (expires_at);
