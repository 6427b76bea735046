-- By seq, which a batch's items lie close together in; the sum keeps the index of batches out, which would read all of them for every page.
SELECT * FROM stored_requests
WHERE seq > @after AND seq <= @last AND batch + 0 = @batch AND state = 1 ORDER BY seq LIMIT @max
