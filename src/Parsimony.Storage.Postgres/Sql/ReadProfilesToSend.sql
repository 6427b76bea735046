-- From one profile to the next by the index, without looking at the rows between.
WITH RECURSIVE waiting (profile, number) AS (
    SELECT (SELECT min(profile) FROM requests WHERE listed_state = 0 AND NOT is_held AND profile > @after), 1
    UNION ALL
    SELECT (SELECT min(r.profile) FROM requests r WHERE r.listed_state = 0 AND NOT r.is_held AND r.profile > w.profile), w.number + 1
    FROM waiting w WHERE w.profile IS NOT NULL AND w.number < @max)
SELECT profile FROM waiting WHERE profile IS NOT NULL
