DELETE FROM pages WHERE id = @id
