SELECT s.provider, s.credential, s.setting, s.reason, s.set_by, s.set_at
FROM (SELECT max(number) AS number FROM provider_switches GROUP BY provider, credential) l
JOIN provider_switches s ON s.number = l.number
WHERE s.setting > 0
ORDER BY s.provider, s.credential
