UPDATE leftovers SET clean_after = @not_before WHERE id = @id
