INSERT INTO phrases (text) VALUES (@text)
