-- One look-up per identity, whatever the planner thinks of the table: the limit keeps it from reading all of it.
SELECT i.place::integer - 1, r.id, r.seq, r.state, r.fingerprint
FROM unnest(@identities) WITH ORDINALITY i (identity, place)
CROSS JOIN LATERAL (SELECT id, seq, state, fingerprint FROM requests WHERE identity = i.identity LIMIT 1) r
