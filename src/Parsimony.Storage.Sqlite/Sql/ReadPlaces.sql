SELECT body_page, answer_page, batch FROM requests WHERE seq = @seq
