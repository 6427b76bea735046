-- As ReleaseSendLeases.
WITH held AS (
    SELECT id FROM batches
    WHERE state IN (2, 3, 4, 5, 6) AND lease_until > coalesce(@clock, clock_timestamp()) AND starts_with(lease_owner, @owner || '#')
    ORDER BY id FOR UPDATE)
UPDATE batches b SET lease_until = coalesce(@clock, clock_timestamp()) FROM held WHERE b.id = held.id
