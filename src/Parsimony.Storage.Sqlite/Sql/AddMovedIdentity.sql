INSERT INTO identities (hash, seq) VALUES (@hash, @seq)
