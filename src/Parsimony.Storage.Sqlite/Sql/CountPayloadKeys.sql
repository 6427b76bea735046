SELECT k.key_id, count(*) FROM pages p LEFT JOIN payload_keys k ON k.number = p.codec / 2 GROUP BY k.key_id ORDER BY k.key_id
