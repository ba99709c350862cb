-- name: rows_in_quarantine
-- says: rejected rows of tables by rule; a file that was loaded again counts with its newest load
WITH newest AS (
    SELECT path, max_by(load_id, loaded_at) AS load_id FROM loads GROUP BY path
),
reached AS (
    SELECT DISTINCT load_id, path FROM loads WHERE list_contains($tables::VARCHAR[], "table")
)
SELECT q."table" AS table_name, q.rule, count(*) AS rejected
FROM quarantine q
LEFT JOIN newest n ON n.path = q.file
LEFT JOIN reached r ON r.load_id = q.load_id AND r.path = q.file
WHERE (n.load_id IS NULL OR n.load_id = q.load_id)
  AND (list_contains($tables::VARCHAR[], q."table") OR (q."table" = '*' AND r.path IS NOT NULL))
GROUP BY ALL
ORDER BY ALL
