-- Additive: a version that does not know these tables and this column works without them; its requests have no decision to make again, its entries no charge as told.

-- What decisions were taken on, each distinct one once: settings, limits, beliefs and prices. Nothing of a prompt, no tenant, key, session or run: erasures leave it.
CREATE TABLE decision_contexts (
    number   bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    -- 16 bytes of a digest of the text.
    key      uuid NOT NULL UNIQUE,
    added_at timestamptz NOT NULL,
    text     text NOT NULL
);

-- The requests of one chunk that were decided alike, from the first number to the last; numbers between may be others'. Inputs: what is each one's own
-- (counts of tokens, distances in time, expected cost), packed.
CREATE TABLE decisions (
    first      bigint PRIMARY KEY,
    last       bigint NOT NULL,
    context    bigint NOT NULL,
    reason     bigint NOT NULL,
    route      smallint NOT NULL,
    decided_at timestamptz NOT NULL,
    inputs     bytea NOT NULL
);

CREATE INDEX decisions_by_context ON decisions (context);

-- What the provider itself says it charged.
ALTER TABLE ledger ADD COLUMN reported_usd numeric;

CREATE OR REPLACE VIEW stored_entries AS
SELECT l.number, l.request, l.attempt, l.kind, l.revision, l.scope, l.profile, l.at, l.route, l.uncached_input, l.cache_read, l.cache_write_short,
       l.cache_write_long, l.output, l.reasoning, l.images, l.cost_usd, l.upper_bound_usd, l.baseline_usd, l.saved_by_batch, l.saved_by_cache,
       l.saved_by_tier, l.saved_by_reuse, l.saved_by_routing, l.price_source, l.provider_reference, l.request_id,
       CASE l.route WHEN 1 THEN b.key END AS batch_key, l.reported_usd
FROM ledger l LEFT JOIN requests r ON r.seq = l.request LEFT JOIN batches b ON b.id = r.batch;
