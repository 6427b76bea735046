UPDATE batches SET open_items = open_items + @open, marked_items = marked_items + @marked WHERE id = @id
