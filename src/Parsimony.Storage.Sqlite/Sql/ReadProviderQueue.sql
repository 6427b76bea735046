-- Unresolved: a create may have been sent, and whether a provider batch is it can only be guessed by its size.
SELECT isolation_group, model, CASE WHEN create_sent_at IS NULL THEN open_items ELSE count END, tokens,
       state IN (2, 3, 4, 5),
       state IN (2, 3) OR (is_suspected AND state IN (4, 5, 6))
FROM batches WHERE state IN (2, 3, 4, 5, 6) AND provider = @provider AND credential = @credential
