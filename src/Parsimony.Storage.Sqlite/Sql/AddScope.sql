INSERT INTO scopes (name, started_at) VALUES (@name, @now)
