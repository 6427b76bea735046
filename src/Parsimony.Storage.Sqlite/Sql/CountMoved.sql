SELECT 'secrets', count(*) FROM secrets
UNION ALL SELECT 'phrases', count(*) FROM phrases
UNION ALL SELECT 'profiles', count(*) FROM profiles
UNION ALL SELECT 'scopes', count(*) FROM scopes
UNION ALL SELECT 'batches', count(*) FROM batches
UNION ALL SELECT 'batch_scopes', count(*) FROM batch_scopes
UNION ALL SELECT 'foreign_batches', count(*) FROM foreign_batches
UNION ALL SELECT 'leftovers', count(*) FROM leftovers
UNION ALL SELECT 'requests', count(*) FROM requests
UNION ALL SELECT 'run_items', count(*) FROM run_items
UNION ALL SELECT 'ledger', count(*) FROM ledger
UNION ALL SELECT 'rollups', count(*) FROM rollups
UNION ALL SELECT 'observations', count(*) FROM observations
UNION ALL SELECT 'erasures', count(*) FROM erasures
UNION ALL SELECT 'budgets', count(*) FROM budgets
UNION ALL SELECT 'budget_uses', count(*) FROM budget_uses
UNION ALL SELECT 'provider_switches', count(*) FROM provider_switches
