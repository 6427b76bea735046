-- Several statements, as in AddMoveGuards.
DROP TRIGGER IF EXISTS moved ON requests;
DROP TRIGGER IF EXISTS moved ON batches;
DROP TRIGGER IF EXISTS moved ON ledger;
DROP TRIGGER IF EXISTS moved ON scopes;
