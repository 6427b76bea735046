SELECT max(seq) FROM requests
