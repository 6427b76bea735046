SELECT seq FROM requests WHERE batch = @batch AND state = 1 AND cancel_requested ORDER BY seq
