-- Additive: a version that does not know these tables works without them, and one that does finds the feature off where they are missing.

-- What operators said about providers, one row each time; the last one of a provider and credential holds. credential '': every one.
CREATE TABLE provider_switches (
    number     INTEGER PRIMARY KEY,
    provider   TEXT NOT NULL,
    credential TEXT NOT NULL,
    setting   INTEGER NOT NULL CHECK (setting BETWEEN 0 AND 3),
    reason     TEXT NOT NULL,
    set_by     TEXT NOT NULL,
    set_at     INTEGER NOT NULL
);

CREATE INDEX provider_switches_last ON provider_switches (provider, credential, number);

-- How many items of a batch have another priority than the usual one; nothing of all others.
CREATE TABLE batch_priorities (
    batch    INTEGER NOT NULL,
    priority INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 9),
    items    INTEGER NOT NULL,
    PRIMARY KEY (batch, priority)
) WITHOUT ROWID;

-- When a group last had its turn in the queue of a provider and credential.
CREATE TABLE queue_turns (
    provider        TEXT NOT NULL,
    credential      TEXT NOT NULL,
    isolation_group TEXT NOT NULL,
    turn_at         INTEGER NOT NULL,
    PRIMARY KEY (provider, credential, isolation_group)
) WITHOUT ROWID;

CREATE INDEX requests_to_send_by_profile ON requests (profile, not_before) WHERE listed_state = 0 AND is_held = 0;
