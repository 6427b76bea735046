INSERT INTO run_items (
    scope, position, item_id, line, sample, seq)
SELECT
    m.scope, m.position, m.item_id, m.line, m.sample, m.seq
FROM unnest(
    @scope_column, @position_column, @item_id_column, @line_column, @sample_column, @seq_column)
    m (scope, position, item_id, line, sample, seq)
