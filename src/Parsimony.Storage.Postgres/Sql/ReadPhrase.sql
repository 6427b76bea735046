SELECT text FROM phrases WHERE id = @id
