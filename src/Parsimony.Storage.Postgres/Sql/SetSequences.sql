-- The next number of each: what was imported has kept its own.
SELECT
    setval('requests_seq', coalesce((SELECT max(seq) FROM requests), 0) + 1, false),
    setval('ledger_number', coalesce((SELECT max(number) FROM ledger), 0) + 1, false),
    setval(pg_get_serial_sequence('phrases', 'id'), coalesce((SELECT max(id) FROM phrases), 0) + 1, false),
    setval(pg_get_serial_sequence('profiles', 'id'), coalesce((SELECT max(id) FROM profiles), 0) + 1, false),
    setval(pg_get_serial_sequence('scopes', 'id'), coalesce((SELECT max(id) FROM scopes), 0) + 1, false),
    setval(pg_get_serial_sequence('batches', 'id'), coalesce((SELECT max(id) FROM batches), 0) + 1, false),
    setval(pg_get_serial_sequence('leftovers', 'id'), coalesce((SELECT max(id) FROM leftovers), 0) + 1, false),
    setval(pg_get_serial_sequence('observations', 'number'), coalesce((SELECT max(number) FROM observations), 0) + 1, false),
    setval(pg_get_serial_sequence('budgets', 'id'), coalesce((SELECT max(id) FROM budgets), 0) + 1, false),
    setval(pg_get_serial_sequence('erasures', 'id'), coalesce((SELECT max(id) FROM erasures), 0) + 1, false),
    setval(pg_get_serial_sequence('provider_switches', 'number'), coalesce((SELECT max(number) FROM provider_switches), 0) + 1, false),
    setval(pg_get_serial_sequence('decision_contexts', 'number'), coalesce((SELECT max(number) FROM decision_contexts), 0) + 1, false)
