-- Claims are named after their node and numbered.
WITH held AS (
    SELECT seq FROM requests
    WHERE lease_until > coalesce(@clock, clock_timestamp()) AND starts_with(lease_owner, @owner || '#')
    ORDER BY seq FOR UPDATE)
UPDATE requests r SET lease_until = coalesce(@clock, clock_timestamp()) FROM held WHERE r.seq = held.seq
