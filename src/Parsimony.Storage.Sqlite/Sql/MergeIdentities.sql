INSERT INTO identities (hash, seq) SELECT hash, seq FROM identities_recent ORDER BY hash, seq
