SELECT p.batch, p.priority, p.items FROM batch_priorities p JOIN batches b ON b.id = p.batch WHERE b.state = 1
