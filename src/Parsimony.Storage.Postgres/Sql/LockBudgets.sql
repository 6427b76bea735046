-- Waits for all that counts against budgets, and keeps it waiting: what is under way then is in the tables.
SELECT pg_advisory_xact_lock(hashtextextended('parsimony budgets ' || current_schema(), 0))
