SELECT count(*)::integer FROM requests
WHERE batch = @batch AND state = 1 AND (escalate_at <= @before OR cancel_requested)
