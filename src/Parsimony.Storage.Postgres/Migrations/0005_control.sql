-- Additive: a version that does not know these tables works without them, and one that does finds the feature off where they are missing.

-- What operators said about providers, one row each time; the last one of a provider and credential holds. credential '': every one.
CREATE TABLE provider_switches (
    number     bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    provider   text NOT NULL,
    credential text NOT NULL,
    setting   smallint NOT NULL CHECK (setting BETWEEN 0 AND 3),
    reason     text NOT NULL,
    set_by     text NOT NULL,
    set_at     timestamptz NOT NULL
);

CREATE INDEX provider_switches_last ON provider_switches (provider, credential, number);

-- How many items of a batch have another priority than the usual one; nothing of all others.
CREATE TABLE batch_priorities (
    batch    bigint NOT NULL,
    priority smallint NOT NULL CHECK (priority BETWEEN 0 AND 9),
    items    integer NOT NULL,
    PRIMARY KEY (batch, priority)
);

-- When a group last had its turn in the queue of a provider and credential.
CREATE TABLE queue_turns (
    provider        text NOT NULL,
    credential      text NOT NULL,
    isolation_group text NOT NULL,
    turn_at         timestamptz NOT NULL,
    PRIMARY KEY (provider, credential, isolation_group)
);

CREATE INDEX requests_to_send_by_profile ON requests (profile, not_before, seq) WHERE listed_state = 0 AND NOT is_held;
