-- A cursor: rows are taken a page at a time, and payloads are read between pages.
DECLARE moved NO SCROLL CURSOR FOR
SELECT
    number, provider, credential, setting::bigint, reason, set_by, set_at
FROM provider_switches
ORDER BY number
