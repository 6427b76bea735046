INSERT INTO run_items (
    scope, position, item_id, line, sample, seq)
VALUES (
    @scope, @position, @item_id, @line, @sample, @seq)
