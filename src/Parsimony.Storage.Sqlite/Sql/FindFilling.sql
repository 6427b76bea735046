SELECT id, count, bytes, tokens, escalate_at, first_seq, last_seq FROM batches
WHERE state = 0 AND provider = @provider AND credential = @credential AND kind = @kind AND isolation_group = @isolation_group AND model = @model
