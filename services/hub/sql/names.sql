-- Names that the hub knows. With $names (lower case): those that are equal; with $near: the likest ones.

-- name: models_named
-- says: models by identifier or name
SELECT id, name FROM (
    SELECT model_id AS id, name FROM models UNION SELECT model_id, NULL FROM units
    UNION SELECT model_id, NULL FROM feedback UNION SELECT model_id, NULL FROM claims
)
WHERE id IS NOT NULL AND ($names::VARCHAR[] IS NULL OR list_contains($names::VARCHAR[], lower(id))
    OR list_contains($names::VARCHAR[], lower(name)))
ORDER BY greatest(jaro_winkler_similarity(lower(id), $near::VARCHAR),
    jaro_winkler_similarity(lower(name), $near::VARCHAR)) DESC NULLS LAST, id, name
LIMIT $most

-- name: families_named
-- says: product families
SELECT id, name FROM (
    SELECT DISTINCT family AS id, NULL AS name FROM models
)
WHERE id IS NOT NULL AND ($names::VARCHAR[] IS NULL OR list_contains($names::VARCHAR[], lower(id))
    OR list_contains($names::VARCHAR[], lower(name)))
ORDER BY greatest(jaro_winkler_similarity(lower(id), $near::VARCHAR),
    jaro_winkler_similarity(lower(name), $near::VARCHAR)) DESC NULLS LAST, id, name
LIMIT $most

-- name: countries_named
-- says: countries of sale or of feedback, by code
SELECT id, name FROM (
    SELECT country AS id, NULL AS name FROM markets UNION SELECT country, NULL FROM units
    UNION SELECT country, NULL FROM feedback UNION SELECT country, NULL FROM claims
)
WHERE id IS NOT NULL AND ($names::VARCHAR[] IS NULL OR list_contains($names::VARCHAR[], lower(id))
    OR list_contains($names::VARCHAR[], lower(name)))
ORDER BY greatest(jaro_winkler_similarity(lower(id), $near::VARCHAR),
    jaro_winkler_similarity(lower(name), $near::VARCHAR)) DESC NULLS LAST, id, name
LIMIT $most

-- name: regions_named
-- says: sales regions and regions of sites
SELECT id, name FROM (
    SELECT region AS id, NULL AS name FROM markets UNION SELECT region, NULL FROM sites
)
WHERE id IS NOT NULL AND ($names::VARCHAR[] IS NULL OR list_contains($names::VARCHAR[], lower(id))
    OR list_contains($names::VARCHAR[], lower(name)))
ORDER BY greatest(jaro_winkler_similarity(lower(id), $near::VARCHAR),
    jaro_winkler_similarity(lower(name), $near::VARCHAR)) DESC NULLS LAST, id, name
LIMIT $most

-- name: sites_named
-- says: sites by identifier or name
SELECT id, name FROM (
    SELECT site_id AS id, name FROM sites UNION SELECT site_id, NULL FROM units
)
WHERE id IS NOT NULL AND ($names::VARCHAR[] IS NULL OR list_contains($names::VARCHAR[], lower(id))
    OR list_contains($names::VARCHAR[], lower(name)))
ORDER BY greatest(jaro_winkler_similarity(lower(id), $near::VARCHAR),
    jaro_winkler_similarity(lower(name), $near::VARCHAR)) DESC NULLS LAST, id, name
LIMIT $most

-- name: lines_named
-- says: lines that built a unit
SELECT id, name FROM (
    SELECT DISTINCT line_id AS id, NULL AS name FROM units
)
WHERE id IS NOT NULL AND ($names::VARCHAR[] IS NULL OR list_contains($names::VARCHAR[], lower(id))
    OR list_contains($names::VARCHAR[], lower(name)))
ORDER BY greatest(jaro_winkler_similarity(lower(id), $near::VARCHAR),
    jaro_winkler_similarity(lower(name), $near::VARCHAR)) DESC NULLS LAST, id, name
LIMIT $most

-- name: shifts_named
-- says: shifts that built a unit
SELECT id, name FROM (
    SELECT DISTINCT shift AS id, NULL AS name FROM units
)
WHERE id IS NOT NULL AND ($names::VARCHAR[] IS NULL OR list_contains($names::VARCHAR[], lower(id))
    OR list_contains($names::VARCHAR[], lower(name)))
ORDER BY greatest(jaro_winkler_similarity(lower(id), $near::VARCHAR),
    jaro_winkler_similarity(lower(name), $near::VARCHAR)) DESC NULLS LAST, id, name
LIMIT $most

-- name: stations_named
-- says: stations that inspected, measured or sent signals
SELECT id, name FROM (
    SELECT station_id AS id, NULL AS name FROM inspections
    UNION SELECT station_id, NULL FROM measurements UNION SELECT station_id, NULL FROM signals
)
WHERE id IS NOT NULL AND ($names::VARCHAR[] IS NULL OR list_contains($names::VARCHAR[], lower(id))
    OR list_contains($names::VARCHAR[], lower(name)))
ORDER BY greatest(jaro_winkler_similarity(lower(id), $near::VARCHAR),
    jaro_winkler_similarity(lower(name), $near::VARCHAR)) DESC NULLS LAST, id, name
LIMIT $most

-- name: suppliers_named
-- says: suppliers by identifier or name
SELECT id, name FROM (
    SELECT supplier_id AS id, name FROM suppliers
    UNION SELECT supplier_id, NULL FROM part_lots UNION SELECT supplier_id, NULL FROM deliveries
)
WHERE id IS NOT NULL AND ($names::VARCHAR[] IS NULL OR list_contains($names::VARCHAR[], lower(id))
    OR list_contains($names::VARCHAR[], lower(name)))
ORDER BY greatest(jaro_winkler_similarity(lower(id), $near::VARCHAR),
    jaro_winkler_similarity(lower(name), $near::VARCHAR)) DESC NULLS LAST, id, name
LIMIT $most

-- name: parts_named
-- says: parts by number or name
SELECT id, name FROM (
    SELECT part_id AS id, name FROM parts UNION SELECT part_id, NULL FROM part_lots
    UNION SELECT part_id, NULL FROM deliveries UNION SELECT part_id, NULL FROM claims
)
WHERE id IS NOT NULL AND ($names::VARCHAR[] IS NULL OR list_contains($names::VARCHAR[], lower(id))
    OR list_contains($names::VARCHAR[], lower(name)))
ORDER BY greatest(jaro_winkler_similarity(lower(id), $near::VARCHAR),
    jaro_winkler_similarity(lower(name), $near::VARCHAR)) DESC NULLS LAST, id, name
LIMIT $most

-- name: lots_named
-- says: received lots
SELECT id, name FROM (
    SELECT lot_id AS id, NULL AS name FROM part_lots
)
WHERE id IS NOT NULL AND ($names::VARCHAR[] IS NULL OR list_contains($names::VARCHAR[], lower(id))
    OR list_contains($names::VARCHAR[], lower(name)))
ORDER BY greatest(jaro_winkler_similarity(lower(id), $near::VARCHAR),
    jaro_winkler_similarity(lower(name), $near::VARCHAR)) DESC NULLS LAST, id, name
LIMIT $most

-- name: serials_named
-- says: built units by serial number
SELECT id, name FROM (
    SELECT serial AS id, NULL AS name FROM units
)
WHERE id IS NOT NULL AND ($names::VARCHAR[] IS NULL OR list_contains($names::VARCHAR[], lower(id))
    OR list_contains($names::VARCHAR[], lower(name)))
ORDER BY greatest(jaro_winkler_similarity(lower(id), $near::VARCHAR),
    jaro_winkler_similarity(lower(name), $near::VARCHAR)) DESC NULLS LAST, id, name
LIMIT $most

-- name: characteristics_named
-- says: characteristics by identifier or name
SELECT id, name FROM (
    SELECT characteristic_id AS id, name FROM characteristics
    UNION SELECT characteristic_id, NULL FROM measurements
)
WHERE id IS NOT NULL AND ($names::VARCHAR[] IS NULL OR list_contains($names::VARCHAR[], lower(id))
    OR list_contains($names::VARCHAR[], lower(name)))
ORDER BY greatest(jaro_winkler_similarity(lower(id), $near::VARCHAR),
    jaro_winkler_similarity(lower(name), $near::VARCHAR)) DESC NULLS LAST, id, name
LIMIT $most

-- name: symptoms_named
-- says: symptom codes by code or name
SELECT id, name FROM (
    SELECT code AS id, name FROM codes WHERE kind = 'symptom'
    UNION SELECT symptom_code, NULL FROM claims
)
WHERE id IS NOT NULL AND ($names::VARCHAR[] IS NULL OR list_contains($names::VARCHAR[], lower(id))
    OR list_contains($names::VARCHAR[], lower(name)))
ORDER BY greatest(jaro_winkler_similarity(lower(id), $near::VARCHAR),
    jaro_winkler_similarity(lower(name), $near::VARCHAR)) DESC NULLS LAST, id, name
LIMIT $most

-- name: defects_named
-- says: defect codes by code or name
SELECT id, name FROM (
    SELECT code AS id, name FROM codes WHERE kind = 'defect'
    UNION SELECT defect_code, NULL FROM inspections
)
WHERE id IS NOT NULL AND ($names::VARCHAR[] IS NULL OR list_contains($names::VARCHAR[], lower(id))
    OR list_contains($names::VARCHAR[], lower(name)))
ORDER BY greatest(jaro_winkler_similarity(lower(id), $near::VARCHAR),
    jaro_winkler_similarity(lower(name), $near::VARCHAR)) DESC NULLS LAST, id, name
LIMIT $most

-- name: channels_named
-- says: channels that feedback came by
SELECT id, name FROM (
    SELECT DISTINCT channel AS id, NULL AS name FROM feedback
)
WHERE id IS NOT NULL AND ($names::VARCHAR[] IS NULL OR list_contains($names::VARCHAR[], lower(id))
    OR list_contains($names::VARCHAR[], lower(name)))
ORDER BY greatest(jaro_winkler_similarity(lower(id), $near::VARCHAR),
    jaro_winkler_similarity(lower(name), $near::VARCHAR)) DESC NULLS LAST, id, name
LIMIT $most

-- name: languages_named
-- says: languages of feedback
SELECT id, name FROM (
    SELECT DISTINCT language AS id, NULL AS name FROM feedback
)
WHERE id IS NOT NULL AND ($names::VARCHAR[] IS NULL OR list_contains($names::VARCHAR[], lower(id))
    OR list_contains($names::VARCHAR[], lower(name)))
ORDER BY greatest(jaro_winkler_similarity(lower(id), $near::VARCHAR),
    jaro_winkler_similarity(lower(name), $near::VARCHAR)) DESC NULLS LAST, id, name
LIMIT $most

-- name: change_kinds_named
-- says: kinds of recorded process changes
SELECT id, name FROM (
    SELECT DISTINCT kind AS id, NULL AS name FROM process_changes
)
WHERE id IS NOT NULL AND ($names::VARCHAR[] IS NULL OR list_contains($names::VARCHAR[], lower(id))
    OR list_contains($names::VARCHAR[], lower(name)))
ORDER BY greatest(jaro_winkler_similarity(lower(id), $near::VARCHAR),
    jaro_winkler_similarity(lower(name), $near::VARCHAR)) DESC NULLS LAST, id, name
LIMIT $most

-- name: loads_named
-- says: loads of the hub
SELECT id, name FROM (
    SELECT DISTINCT load_id AS id, NULL AS name FROM loads
)
WHERE id IS NOT NULL AND ($names::VARCHAR[] IS NULL OR list_contains($names::VARCHAR[], lower(id))
    OR list_contains($names::VARCHAR[], lower(name)))
ORDER BY greatest(jaro_winkler_similarity(lower(id), $near::VARCHAR),
    jaro_winkler_similarity(lower(name), $near::VARCHAR)) DESC NULLS LAST, id, name
LIMIT $most
