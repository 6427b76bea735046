-- Additive: a version that does not know these tables and this column works without them; its requests have no decision to make again, its entries no charge as told.

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

-- What the provider itself says it charged.
ALTER TABLE ledger ADD COLUMN reported_usd TEXT;

DROP VIEW stored_entries;
CREATE VIEW stored_entries AS
SELECT number, request, attempt, kind, revision, scope, profile, at, route, uncached_input, cache_read, cache_write_short, cache_write_long,
       output, reasoning, images, cost_usd, upper_bound_usd, baseline_usd, saved_by_batch, saved_by_cache, saved_by_tier, saved_by_reuse,
       saved_by_routing, price_source, provider_reference,
       (SELECT id FROM requests WHERE seq = ledger.request) AS request_id,
       CASE route WHEN 1 THEN (SELECT key FROM batches WHERE id = (SELECT batch FROM requests WHERE seq = ledger.request)) END AS batch_key,
       reported_usd
FROM ledger;
