-- Names that a request may mention, read once for each commit.

-- name: names_to_link
-- says: names of models, families, sites, lines, stations, regions, suppliers, symptoms, markets, parts and characteristics
SELECT kind, id, any_value(name) AS name, any_value(belongs) AS belongs FROM (
    SELECT 1 AS place, 'model' AS kind, model_id AS id, name, family AS belongs FROM models
    UNION ALL SELECT DISTINCT 1, 'model', model_id, NULL, NULL FROM claims
    UNION ALL SELECT DISTINCT 1, 'model', model_id, NULL, NULL FROM feedback
    UNION ALL SELECT DISTINCT 2, 'family', family, NULL, NULL FROM models
    UNION ALL SELECT 3, 'site', site_id, name, region FROM sites
    UNION ALL SELECT DISTINCT 4, 'region', region, NULL, NULL FROM markets
    UNION ALL SELECT 5, 'country', country, NULL, region FROM markets
    UNION ALL SELECT 6, 'symptom', code, name, NULL FROM codes WHERE kind = 'symptom'
    UNION ALL SELECT DISTINCT 6, 'symptom', symptom_code, NULL, NULL FROM claims
    UNION ALL SELECT 7, 'supplier', supplier_id, name, NULL FROM suppliers
    UNION ALL SELECT 8, 'characteristic', characteristic_id, name, NULL FROM characteristics
    UNION ALL SELECT 9, 'part', part_id, name, NULL FROM parts
    UNION ALL SELECT DISTINCT 10, 'line', line_id, NULL, site_id FROM units
    UNION ALL SELECT DISTINCT 10, 'line', line_id, NULL, site_id FROM process_changes
    UNION ALL SELECT DISTINCT 11, 'station', station_id, NULL, NULL FROM inspections
    UNION ALL SELECT DISTINCT 11, 'station', station_id, NULL, NULL FROM measurements
    UNION ALL SELECT DISTINCT 11, 'station', station_id, NULL, NULL FROM signals
)
WHERE id IS NOT NULL
GROUP BY place, kind, id
ORDER BY place, id
LIMIT $most
