-- AnswerRequest without what only queued and sending ones have: no indexed column changes, so the new row version stays on its page.
UPDATE requests r SET state = 3, answer_page = a.page, answer_slot = a.slot, finish_reason = a.finish_reason, finished_at = @now
FROM unnest(@pages, @slots, @finish_reasons, @seqs) a (page, slot, finish_reason, seq)
WHERE r.seq = a.seq AND r.state = 1
