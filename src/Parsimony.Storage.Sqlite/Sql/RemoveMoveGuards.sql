-- Several statements, as in AddMoveGuards.
DROP TRIGGER IF EXISTS moved_requests_insert;
DROP TRIGGER IF EXISTS moved_requests_update;
DROP TRIGGER IF EXISTS moved_batches_insert;
DROP TRIGGER IF EXISTS moved_batches_update;
DROP TRIGGER IF EXISTS moved_ledger_insert;
DROP TRIGGER IF EXISTS moved_scopes_insert;
DROP TRIGGER IF EXISTS moved_scopes_update;
