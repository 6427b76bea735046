SELECT body_page, answer_page, batch FROM requests WHERE seq = ANY (@seqs) ORDER BY seq FOR UPDATE
