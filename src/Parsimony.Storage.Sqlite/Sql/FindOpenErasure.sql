SELECT id FROM erasures WHERE subject_kind = @kind AND subject = @subject AND finished_at IS NULL
