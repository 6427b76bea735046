-- The schema's own channel: several stores may share a database.
SELECT pg_notify(left(lower('parsimony_' || current_schema()), 63), @payload)
