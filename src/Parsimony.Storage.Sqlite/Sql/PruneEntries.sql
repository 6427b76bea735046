-- Entries are numbered as they are booked, so only the first ones can be old enough.
DELETE FROM ledger WHERE number IN (
    SELECT number FROM (SELECT number, at FROM ledger ORDER BY number LIMIT @max) WHERE at < @before)
  AND number < (SELECT max(number) FROM ledger)
