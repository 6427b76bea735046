SELECT answer_page, answer_slot FROM requests WHERE seq = @seq AND answer_page IS NOT NULL
