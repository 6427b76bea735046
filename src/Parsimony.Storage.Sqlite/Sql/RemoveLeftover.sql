DELETE FROM leftovers WHERE id = @id
