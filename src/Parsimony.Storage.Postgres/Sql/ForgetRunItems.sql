DELETE FROM run_items WHERE scope = @scope
