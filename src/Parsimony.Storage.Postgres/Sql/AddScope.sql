INSERT INTO scopes (name, started_at) VALUES (@name, @now) ON CONFLICT DO NOTHING RETURNING id
