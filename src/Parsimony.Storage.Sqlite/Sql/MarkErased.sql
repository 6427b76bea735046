UPDATE requests SET body_page = -1, body_slot = 0, answer_page = CASE WHEN answer_page IS NOT NULL THEN 0 END, answer_slot = CASE WHEN answer_page IS NOT NULL THEN 0 END
WHERE seq = @seq
