-- Additive: a version that does not know these tables works without them; its requests have no decision to make again.

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
