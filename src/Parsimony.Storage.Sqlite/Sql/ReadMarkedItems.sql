SELECT seq FROM requests WHERE batch = @batch AND state = 1 AND cancel_requested = 1 ORDER BY seq
