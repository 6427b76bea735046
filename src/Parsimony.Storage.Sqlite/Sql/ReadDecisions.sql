-- Those that can hold a request; the nearest first, most often the one.
SELECT d.first, d.context, c.text, d.reason, d.route, d.inputs
FROM decisions d JOIN decision_contexts c ON c.number = d.context
WHERE d.first <= @seq AND d.first > @after AND d.last >= @seq
ORDER BY d.first DESC
