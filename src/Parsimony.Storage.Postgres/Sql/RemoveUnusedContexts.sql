-- Asked again now that they are locked: somebody may have used one in between.
DELETE FROM decision_contexts c
WHERE c.number = ANY(@numbers) AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.context = c.number)
