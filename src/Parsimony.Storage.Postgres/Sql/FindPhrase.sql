SELECT id FROM phrases WHERE text = @text
