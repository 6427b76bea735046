UPDATE requests SET
    body_page = 'ffffffff-ffff-ffff-ffff-ffffffffffff', body_slot = 0,
    answer_page = CASE WHEN answer_page IS NOT NULL THEN '00000000-0000-0000-0000-000000000000'::uuid END, answer_slot = CASE WHEN answer_page IS NOT NULL THEN 0 END
WHERE seq = ANY (@seqs)
