-- name: table_contents
-- says: rows, loads and range of the recorded time of one table, which the caller has opened
SELECT count(*) AS row_count, count(DISTINCT load_id) AS load_count,
       min(COLUMNS(lambda c: c = $recorded)) AS first_at,
       max(COLUMNS(lambda c: c = $recorded)) AS last_at
FROM query_table($table)

-- name: hub_dimensions
-- says: what can be asked about: how many values each dimension has, and the first $most of them
WITH named AS (
    SELECT 'model' AS dimension, model_id AS id, name FROM models
    UNION ALL SELECT 'family', family, NULL FROM models GROUP BY family
    UNION ALL SELECT 'site', site_id, name FROM sites
    UNION ALL SELECT 'region', region, NULL FROM (SELECT region FROM markets UNION SELECT region FROM sites)
    UNION ALL SELECT 'country', country, region FROM markets
    UNION ALL SELECT 'supplier', supplier_id, name FROM suppliers
    UNION ALL SELECT 'part', part_id, name FROM parts
    UNION ALL SELECT 'characteristic', characteristic_id, name FROM characteristics
    UNION ALL SELECT kind, code, name FROM codes
    UNION ALL SELECT 'line', line_id, NULL FROM units GROUP BY line_id
    UNION ALL SELECT 'language', language, NULL FROM feedback GROUP BY language
    UNION ALL SELECT 'channel', channel, NULL FROM feedback GROUP BY channel
    UNION ALL SELECT 'country of feedback', country, NULL FROM feedback GROUP BY country
),
ranked AS (
    SELECT dimension, id, name, count(*) OVER (PARTITION BY dimension) AS total,
           row_number() OVER (PARTITION BY dimension ORDER BY id) AS place
    FROM named WHERE id IS NOT NULL
)
SELECT dimension, id, name, total FROM ranked WHERE place <= $most ORDER BY dimension, id

-- name: visible_sites
-- says: sites of the regions that the reader sees
SELECT site_id FROM sites ORDER BY site_id
