SELECT seq FROM requests WHERE scope = @scope AND listed_state IN (4, 5, 6) AND body_page > 0 ORDER BY seq
