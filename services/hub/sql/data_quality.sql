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

-- name: rejected_rows
-- says: rejected rows by file and line, newest load first; without named loads those of each file's newest attempt
WITH attempts AS (
    SELECT load_id, path, any_value(sha256) AS sha256, max(loaded_at) AS loaded_at FROM loads GROUP BY load_id, path
),
newest AS (
    SELECT path, sha256, max_by(load_id, loaded_at) AS load_id FROM attempts GROUP BY path, sha256
),
reached AS (
    SELECT DISTINCT load_id, path FROM loads WHERE list_contains($tables::VARCHAR[], "table")
)
SELECT q.file, q.line, q."table" AS table_name, q.rule, q.reason, q.load_id, a.loaded_at
FROM quarantine q
LEFT JOIN attempts a ON a.load_id = q.load_id AND a.path = q.file
LEFT JOIN newest n ON n.path = a.path AND n.sha256 IS NOT DISTINCT FROM a.sha256
LEFT JOIN reached r ON r.load_id = q.load_id AND r.path = q.file
WHERE ($load_ids::VARCHAR[] IS NOT NULL OR n.load_id IS NULL OR n.load_id = q.load_id)
  AND ($load_ids::VARCHAR[] IS NULL OR list_contains($load_ids::VARCHAR[], q.load_id))
  AND ($tables::VARCHAR[] IS NULL OR list_contains($tables::VARCHAR[], q."table") OR (q."table" = '*' AND r.path IS NOT NULL))
  AND ($rules::VARCHAR[] IS NULL OR list_contains($rules::VARCHAR[], q.rule))
  AND ($files::VARCHAR[] IS NULL OR list_contains($files::VARCHAR[], q.file))
ORDER BY a.loaded_at DESC NULLS LAST, q.load_id, q.file, q.line, table_name
LIMIT $most

-- name: rejected_counts
-- says: how many rejected rows there are by table and rule, of those that `rejected_rows` lists
WITH attempts AS (
    SELECT load_id, path, any_value(sha256) AS sha256, max(loaded_at) AS loaded_at FROM loads GROUP BY load_id, path
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
WHERE ($load_ids::VARCHAR[] IS NOT NULL OR n.load_id IS NULL OR n.load_id = q.load_id)
  AND ($load_ids::VARCHAR[] IS NULL OR list_contains($load_ids::VARCHAR[], q.load_id))
  AND ($tables::VARCHAR[] IS NULL OR list_contains($tables::VARCHAR[], q."table") OR (q."table" = '*' AND r.path IS NOT NULL))
  AND ($rules::VARCHAR[] IS NULL OR list_contains($rules::VARCHAR[], q.rule))
  AND ($files::VARCHAR[] IS NULL OR list_contains($files::VARCHAR[], q.file))
GROUP BY q."table", q.rule
ORDER BY rejected DESC, table_name, q.rule

-- name: rejecting_names
-- says: files that were read or rejected, and rules that rejected a row
SELECT DISTINCT kind, name FROM (
    SELECT 'file' AS kind, file AS name FROM quarantine UNION ALL SELECT 'file', path FROM loads
    UNION ALL SELECT 'rule', rule FROM quarantine
)
WHERE name IS NOT NULL
ORDER BY kind, name

-- name: orphans
-- says: rows of tables that refer to what is not in the hub, whatever the as-of date; asked for whole scopes only
WITH found AS (
    SELECT 'model_features' AS table_name, 'model_id' AS column_name, 'models' AS refers_to, count(*) AS orphans
    FROM model_features s ANTI JOIN stored.models t ON t.model_id = s.model_id WHERE s.model_id IS NOT NULL AND list_contains($tables::VARCHAR[], 'model_features')
    UNION ALL SELECT 'requirements', 'model_id', 'models', count(*)
    FROM requirements s ANTI JOIN stored.models t ON t.model_id = s.model_id WHERE s.model_id IS NOT NULL AND list_contains($tables::VARCHAR[], 'requirements')
    UNION ALL SELECT 'units', 'model_id', 'models', count(*)
    FROM units s ANTI JOIN stored.models t ON t.model_id = s.model_id WHERE s.model_id IS NOT NULL AND list_contains($tables::VARCHAR[], 'units')
    UNION ALL SELECT 'units', 'site_id', 'sites', count(*)
    FROM units s ANTI JOIN stored.sites t ON t.site_id = s.site_id WHERE s.site_id IS NOT NULL AND list_contains($tables::VARCHAR[], 'units')
    UNION ALL SELECT 'unit_attributes', 'serial', 'units', count(*)
    FROM unit_attributes s ANTI JOIN stored.units t ON t.serial = s.serial WHERE s.serial IS NOT NULL AND list_contains($tables::VARCHAR[], 'unit_attributes')
    UNION ALL SELECT 'part_lots', 'part_id', 'parts', count(*)
    FROM part_lots s ANTI JOIN stored.parts t ON t.part_id = s.part_id WHERE s.part_id IS NOT NULL AND list_contains($tables::VARCHAR[], 'part_lots')
    UNION ALL SELECT 'part_lots', 'supplier_id', 'suppliers', count(*)
    FROM part_lots s ANTI JOIN stored.suppliers t ON t.supplier_id = s.supplier_id WHERE s.supplier_id IS NOT NULL AND list_contains($tables::VARCHAR[], 'part_lots')
    UNION ALL SELECT 'shipments', 'serial', 'units', count(*)
    FROM shipments s ANTI JOIN stored.units t ON t.serial = s.serial WHERE s.serial IS NOT NULL AND list_contains($tables::VARCHAR[], 'shipments')
    UNION ALL SELECT 'shipments', 'lot_id', 'part_lots', count(*)
    FROM shipments s ANTI JOIN stored.part_lots t ON t.lot_id = s.lot_id WHERE s.lot_id IS NOT NULL AND list_contains($tables::VARCHAR[], 'shipments')
    UNION ALL SELECT 'shipments', 'from_site', 'sites', count(*)
    FROM shipments s ANTI JOIN stored.sites t ON t.site_id = s.from_site WHERE s.from_site IS NOT NULL AND list_contains($tables::VARCHAR[], 'shipments')
    UNION ALL SELECT 'unit_parts', 'serial', 'units', count(*)
    FROM unit_parts s ANTI JOIN stored.units t ON t.serial = s.serial WHERE s.serial IS NOT NULL AND list_contains($tables::VARCHAR[], 'unit_parts')
    UNION ALL SELECT 'unit_parts', 'part_id', 'parts', count(*)
    FROM unit_parts s ANTI JOIN stored.parts t ON t.part_id = s.part_id WHERE s.part_id IS NOT NULL AND list_contains($tables::VARCHAR[], 'unit_parts')
    UNION ALL SELECT 'unit_parts', 'lot_id', 'part_lots', count(*)
    FROM unit_parts s ANTI JOIN stored.part_lots t ON t.lot_id = s.lot_id WHERE s.lot_id IS NOT NULL AND list_contains($tables::VARCHAR[], 'unit_parts')
    UNION ALL SELECT 'measurements', 'serial', 'units', count(*)
    FROM measurements s ANTI JOIN stored.units t ON t.serial = s.serial WHERE s.serial IS NOT NULL AND list_contains($tables::VARCHAR[], 'measurements')
    UNION ALL SELECT 'measurements', 'characteristic_id', 'characteristics', count(*)
    FROM measurements s ANTI JOIN stored.characteristics t ON t.characteristic_id = s.characteristic_id WHERE s.characteristic_id IS NOT NULL AND list_contains($tables::VARCHAR[], 'measurements')
    UNION ALL SELECT 'gauge_studies', 'characteristic_id', 'characteristics', count(*)
    FROM gauge_studies s ANTI JOIN stored.characteristics t ON t.characteristic_id = s.characteristic_id WHERE s.characteristic_id IS NOT NULL AND list_contains($tables::VARCHAR[], 'gauge_studies')
    UNION ALL SELECT 'inspections', 'serial', 'units', count(*)
    FROM inspections s ANTI JOIN stored.units t ON t.serial = s.serial WHERE s.serial IS NOT NULL AND list_contains($tables::VARCHAR[], 'inspections')
    UNION ALL SELECT 'inspections', 'defect_code', 'codes', count(*)
    FROM inspections s ANTI JOIN stored.codes t ON t.code = s.defect_code WHERE s.defect_code IS NOT NULL AND list_contains($tables::VARCHAR[], 'inspections')
    UNION ALL SELECT 'process_changes', 'site_id', 'sites', count(*)
    FROM process_changes s ANTI JOIN stored.sites t ON t.site_id = s.site_id WHERE s.site_id IS NOT NULL AND list_contains($tables::VARCHAR[], 'process_changes')
    UNION ALL SELECT 'process_changes', 'model_id', 'models', count(*)
    FROM process_changes s ANTI JOIN stored.models t ON t.model_id = s.model_id WHERE s.model_id IS NOT NULL AND list_contains($tables::VARCHAR[], 'process_changes')
    UNION ALL SELECT 'deliveries', 'supplier_id', 'suppliers', count(*)
    FROM deliveries s ANTI JOIN stored.suppliers t ON t.supplier_id = s.supplier_id WHERE s.supplier_id IS NOT NULL AND list_contains($tables::VARCHAR[], 'deliveries')
    UNION ALL SELECT 'deliveries', 'part_id', 'parts', count(*)
    FROM deliveries s ANTI JOIN stored.parts t ON t.part_id = s.part_id WHERE s.part_id IS NOT NULL AND list_contains($tables::VARCHAR[], 'deliveries')
    UNION ALL SELECT 'deliveries', 'lot_id', 'part_lots', count(*)
    FROM deliveries s ANTI JOIN stored.part_lots t ON t.lot_id = s.lot_id WHERE s.lot_id IS NOT NULL AND list_contains($tables::VARCHAR[], 'deliveries')
    UNION ALL SELECT 'feedback', 'model_id', 'models', count(*)
    FROM feedback s ANTI JOIN stored.models t ON t.model_id = s.model_id WHERE s.model_id IS NOT NULL AND list_contains($tables::VARCHAR[], 'feedback')
    UNION ALL SELECT 'feedback', 'serial', 'units', count(*)
    FROM feedback s ANTI JOIN stored.units t ON t.serial = s.serial WHERE s.serial IS NOT NULL AND list_contains($tables::VARCHAR[], 'feedback')
    UNION ALL SELECT 'claims', 'serial', 'units', count(*)
    FROM claims s ANTI JOIN stored.units t ON t.serial = s.serial WHERE s.serial IS NOT NULL AND list_contains($tables::VARCHAR[], 'claims')
    UNION ALL SELECT 'claims', 'model_id', 'models', count(*)
    FROM claims s ANTI JOIN stored.models t ON t.model_id = s.model_id WHERE s.model_id IS NOT NULL AND list_contains($tables::VARCHAR[], 'claims')
    UNION ALL SELECT 'claims', 'symptom_code', 'codes', count(*)
    FROM claims s ANTI JOIN stored.codes t ON t.code = s.symptom_code WHERE s.symptom_code IS NOT NULL AND list_contains($tables::VARCHAR[], 'claims')
    UNION ALL SELECT 'claims', 'part_id', 'parts', count(*)
    FROM claims s ANTI JOIN stored.parts t ON t.part_id = s.part_id WHERE s.part_id IS NOT NULL AND list_contains($tables::VARCHAR[], 'claims')
    UNION ALL SELECT 'warranties', 'model_id', 'models', count(*)
    FROM warranties s ANTI JOIN stored.models t ON t.model_id = s.model_id WHERE s.model_id IS NOT NULL AND list_contains($tables::VARCHAR[], 'warranties')
)
SELECT table_name, column_name, refers_to, orphans FROM found
WHERE orphans > 0
ORDER BY ALL
