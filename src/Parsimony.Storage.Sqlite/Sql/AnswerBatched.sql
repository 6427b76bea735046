-- AnswerRequest without what only queued and sending ones have: their indexes need not be looked at.
UPDATE requests SET state = 3, answer_page = @page, answer_slot = @slot, finish_reason = @finish_reason, finished_at = @now
WHERE seq = @seq AND state = 1
