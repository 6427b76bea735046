SELECT 1::bigint FROM (SELECT to_regclass('provider_switches') AS found) t WHERE found IS NOT NULL
