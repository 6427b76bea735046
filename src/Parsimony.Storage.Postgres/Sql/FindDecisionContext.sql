SELECT number FROM decision_contexts WHERE key = @key
