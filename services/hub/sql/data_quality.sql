-- name: table_completeness
-- says: rows of one table, which the caller has opened, and values in each of its columns
SELECT count(*) AS row_count, count(COLUMNS(*)) FROM query_table($table)

-- name: load_history
-- says: what loads made of files, newest first, beside the load of the same path and table before
WITH history AS (
    SELECT load_id, path, "table" AS table_name, read, accepted, duplicate, quarantined, orphans,
           encoding, delimiter, ignored_columns, missing_columns, warnings, loaded_at,
           lag(load_id) OVER before AS before_load_id, lag(encoding) OVER before AS before_encoding,
           lag(delimiter) OVER before AS before_delimiter,
           lag(ignored_columns) OVER before AS before_ignored_columns,
           lag(missing_columns) OVER before AS before_missing_columns,
           max(loaded_at) OVER (PARTITION BY path, sha256) > loaded_at AS superseded
    FROM loads
    WINDOW before AS (PARTITION BY path, "table" ORDER BY loaded_at, load_id)
)
SELECT * FROM history
WHERE ($tables::VARCHAR[] IS NULL OR table_name = '*' OR list_contains($tables::VARCHAR[], table_name))
  AND ($load_ids::VARCHAR[] IS NULL OR list_contains($load_ids::VARCHAR[], load_id))
ORDER BY loaded_at DESC NULLS LAST, load_id, path, table_name
LIMIT $most

-- name: load_totals
-- says: rows read, accepted, repeated and rejected, by table, of the newest load of each content
WITH judged AS (
    SELECT *, max(loaded_at) OVER (PARTITION BY path, sha256) > loaded_at AS superseded FROM loads
)
SELECT "table" AS table_name, sum(read)::BIGINT AS read, sum(accepted)::BIGINT AS accepted,
       sum(duplicate)::BIGINT AS duplicate, sum(quarantined)::BIGINT AS quarantined
FROM judged
WHERE ($load_ids::VARCHAR[] IS NULL AND superseded IS NOT TRUE)
   OR list_contains($load_ids::VARCHAR[], load_id)
GROUP BY "table"
ORDER BY "table"

-- name: rejects_by_rule
-- says: rejected rows by table, load and rule with one reason each, most rows first
WITH newest AS (
    SELECT path, sha256, max(loaded_at) AS loaded_at FROM loads GROUP BY path, sha256
),
source AS (
    SELECT l.load_id, l.path, l."table" AS table_name, max(l.read) AS read,
           bool_or(n.loaded_at > l.loaded_at) AS superseded
    FROM loads l
    JOIN newest n ON n.path = l.path AND n.sha256 IS NOT DISTINCT FROM l.sha256
    GROUP BY ALL
),
read_in_load AS (
    SELECT load_id, table_name, sum(read)::BIGINT AS read FROM source GROUP BY ALL
)
SELECT q."table" AS table_name, q.load_id, q.rule, count(*) AS rejected,
       any_value(r.read) AS read, min(q.reason) AS reason,
       coalesce(bool_and(s.superseded), false) AS superseded
FROM quarantine q
LEFT JOIN source s ON s.load_id = q.load_id AND s.path = q.file AND s.table_name = q."table"
LEFT JOIN read_in_load r ON r.load_id = q.load_id AND r.table_name = q."table"
WHERE ($tables::VARCHAR[] IS NULL OR q."table" = '*' OR list_contains($tables::VARCHAR[], q."table"))
  AND ($load_ids::VARCHAR[] IS NULL OR list_contains($load_ids::VARCHAR[], q.load_id))
GROUP BY q."table", q.load_id, q.rule
ORDER BY rejected DESC, table_name, q.load_id, q.rule
LIMIT $most

-- name: orphans
-- says: rows that were kept although what they refer to is not in the hub
WITH found AS (
    SELECT 'requirements' AS table_name, 'model_id' AS column_name, 'models' AS refers_to, count(*) AS orphans
    FROM requirements s ANTI JOIN models t ON t.model_id = s.model_id WHERE s.model_id IS NOT NULL
    UNION ALL SELECT 'shipments', 'serial', 'units', count(*)
    FROM shipments s ANTI JOIN units t ON t.serial = s.serial WHERE s.serial IS NOT NULL
    UNION ALL SELECT 'shipments', 'lot_id', 'part_lots', count(*)
    FROM shipments s ANTI JOIN part_lots t ON t.lot_id = s.lot_id WHERE s.lot_id IS NOT NULL
    UNION ALL SELECT 'shipments', 'from_site', 'sites', count(*)
    FROM shipments s ANTI JOIN sites t ON t.site_id = s.from_site WHERE s.from_site IS NOT NULL
    UNION ALL SELECT 'gauge_studies', 'characteristic_id', 'characteristics', count(*)
    FROM gauge_studies s ANTI JOIN characteristics t ON t.characteristic_id = s.characteristic_id WHERE s.characteristic_id IS NOT NULL
    UNION ALL SELECT 'inspections', 'defect_code', 'codes', count(*)
    FROM inspections s ANTI JOIN codes t ON t.code = s.defect_code WHERE s.defect_code IS NOT NULL
    UNION ALL SELECT 'process_changes', 'site_id', 'sites', count(*)
    FROM process_changes s ANTI JOIN sites t ON t.site_id = s.site_id WHERE s.site_id IS NOT NULL
    UNION ALL SELECT 'process_changes', 'model_id', 'models', count(*)
    FROM process_changes s ANTI JOIN models t ON t.model_id = s.model_id WHERE s.model_id IS NOT NULL
    UNION ALL SELECT 'deliveries', 'part_id', 'parts', count(*)
    FROM deliveries s ANTI JOIN parts t ON t.part_id = s.part_id WHERE s.part_id IS NOT NULL
    UNION ALL SELECT 'deliveries', 'lot_id', 'part_lots', count(*)
    FROM deliveries s ANTI JOIN part_lots t ON t.lot_id = s.lot_id WHERE s.lot_id IS NOT NULL
    UNION ALL SELECT 'feedback', 'model_id', 'models', count(*)
    FROM feedback s ANTI JOIN models t ON t.model_id = s.model_id WHERE s.model_id IS NOT NULL
    UNION ALL SELECT 'feedback', 'serial', 'units', count(*)
    FROM feedback s ANTI JOIN units t ON t.serial = s.serial WHERE s.serial IS NOT NULL
    UNION ALL SELECT 'claims', 'serial', 'units', count(*)
    FROM claims s ANTI JOIN units t ON t.serial = s.serial WHERE s.serial IS NOT NULL
    UNION ALL SELECT 'claims', 'model_id', 'models', count(*)
    FROM claims s ANTI JOIN models t ON t.model_id = s.model_id WHERE s.model_id IS NOT NULL
    UNION ALL SELECT 'claims', 'symptom_code', 'codes', count(*)
    FROM claims s ANTI JOIN codes t ON t.code = s.symptom_code WHERE s.symptom_code IS NOT NULL
    UNION ALL SELECT 'claims', 'part_id', 'parts', count(*)
    FROM claims s ANTI JOIN parts t ON t.part_id = s.part_id WHERE s.part_id IS NOT NULL
)
SELECT table_name, column_name, refers_to, orphans FROM found
WHERE orphans > 0
  AND ($tables::VARCHAR[] IS NULL OR list_contains($tables::VARCHAR[], table_name))
ORDER BY ALL
