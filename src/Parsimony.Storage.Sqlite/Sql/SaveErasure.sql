UPDATE erasures SET next_seq = @next, requests = requests + @requests, cancelled = cancelled + @cancelled, marked = marked + @marked, finished_at = @finished_at
WHERE id = @id
