SELECT identity, fingerprint, id, seq, state FROM requests WHERE seq = @seq
