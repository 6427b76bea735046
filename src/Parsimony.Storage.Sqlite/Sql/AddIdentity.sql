INSERT INTO identities_recent (hash, seq) VALUES (@hash, @seq)
