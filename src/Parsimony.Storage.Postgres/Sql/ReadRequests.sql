SELECT * FROM stored_requests WHERE seq = ANY (@seqs)
