-- The channel of Notify.sql. LISTEN takes no parameter, so the server puts its name in.
DO $$ BEGIN EXECUTE format('LISTEN %I', left(lower('parsimony_' || current_schema()), 63)); END $$
