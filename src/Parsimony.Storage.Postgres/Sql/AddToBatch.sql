UPDATE batches b SET open_items = b.open_items + d.open, marked_items = b.marked_items + d.marked
FROM unnest(@ids, @open, @marked) d (id, open, marked) WHERE b.id = d.id
