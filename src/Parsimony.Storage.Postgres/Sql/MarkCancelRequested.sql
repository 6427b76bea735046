UPDATE requests SET cancel_requested = true WHERE seq = ANY (@seqs)
