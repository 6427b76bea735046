SELECT body_page, body_slot, profile FROM requests WHERE seq = @seq
