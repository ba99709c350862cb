-- name: rows_in_quarantine
-- says: rejected rows of tables by rule; a file that was tried again counts with its newest attempt
WITH attempts AS (
    SELECT DISTINCT load_id, path, sha256, loaded_at FROM loads
),
newest AS (
    SELECT path, sha256, max_by(load_id, loaded_at) AS load_id FROM attempts GROUP BY path, sha256
),
reached AS (
    SELECT DISTINCT load_id, path FROM loads WHERE list_contains($tables::VARCHAR[], "table")
)
SELECT q."table" AS table_name, q.rule, count(*) AS rejected
FROM quarantine q
LEFT JOIN attempts a ON a.load_id = q.load_id AND a.path = q.file
LEFT JOIN newest n ON n.path = a.path AND n.sha256 IS NOT DISTINCT FROM a.sha256
LEFT JOIN reached r ON r.load_id = q.load_id AND r.path = q.file
WHERE (n.load_id IS NULL OR n.load_id = q.load_id)
  AND (list_contains($tables::VARCHAR[], q."table") OR (q."table" = '*' AND r.path IS NOT NULL))
GROUP BY ALL
ORDER BY ALL
