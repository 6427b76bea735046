SELECT moved_at FROM moves
