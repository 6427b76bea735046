SELECT seq FROM requests
WHERE scope = @scope AND listed_state IN (4, 5, 6) AND body_page NOT IN ('00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff') ORDER BY seq
