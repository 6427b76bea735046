-- One node at a time admits requests of a scope. Not by a lock on its row, which settlements and enqueueing need.
SELECT pg_advisory_xact_lock(hashtextextended('parsimony admission ' || current_schema(), @scope))
