SELECT seq FROM requests WHERE id = ANY (@ids) AND scope = @scope ORDER BY seq
