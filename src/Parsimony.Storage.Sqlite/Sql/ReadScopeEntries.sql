SELECT first_entry, last_entry FROM scopes WHERE id = @id
