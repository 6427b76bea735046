-- Several statements: made at once, by an exporting process.
CREATE TRIGGER moved_requests_insert BEFORE INSERT ON requests BEGIN
    SELECT RAISE(ABORT, 'this store was exported and its work goes on elsewhere; open the new store, or take the mark back (parsimony export --release)');
END;
CREATE TRIGGER moved_requests_update BEFORE UPDATE ON requests BEGIN
    SELECT RAISE(ABORT, 'this store was exported and its work goes on elsewhere; open the new store, or take the mark back (parsimony export --release)');
END;
CREATE TRIGGER moved_batches_insert BEFORE INSERT ON batches BEGIN
    SELECT RAISE(ABORT, 'this store was exported and its work goes on elsewhere; open the new store, or take the mark back (parsimony export --release)');
END;
CREATE TRIGGER moved_batches_update BEFORE UPDATE ON batches BEGIN
    SELECT RAISE(ABORT, 'this store was exported and its work goes on elsewhere; open the new store, or take the mark back (parsimony export --release)');
END;
CREATE TRIGGER moved_ledger_insert BEFORE INSERT ON ledger BEGIN
    SELECT RAISE(ABORT, 'this store was exported and its work goes on elsewhere; open the new store, or take the mark back (parsimony export --release)');
END;
CREATE TRIGGER moved_scopes_insert BEFORE INSERT ON scopes BEGIN
    SELECT RAISE(ABORT, 'this store was exported and its work goes on elsewhere; open the new store, or take the mark back (parsimony export --release)');
END;
CREATE TRIGGER moved_scopes_update BEFORE UPDATE ON scopes BEGIN
    SELECT RAISE(ABORT, 'this store was exported and its work goes on elsewhere; open the new store, or take the mark back (parsimony export --release)');
END;
