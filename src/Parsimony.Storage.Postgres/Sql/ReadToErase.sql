SELECT seq FROM requests
WHERE seq BETWEEN @next AND @last AND body_page IS DISTINCT FROM 'ffffffff-ffff-ffff-ffff-ffffffffffff' AND (
    (@kind = 0 AND profile IN (SELECT id FROM profiles WHERE tenant = @subject))
    OR (@kind = 1 AND profile IN (SELECT id FROM profiles WHERE session = @subject))
    OR (@kind = 2 AND scope IN (SELECT id FROM scopes WHERE name = @subject))
    OR @kind = 3)
ORDER BY seq LIMIT @max
