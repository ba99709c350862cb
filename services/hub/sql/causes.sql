-- The cohort of a root-cause question: units at risk of one symptom with their first failure, and what is
-- recorded of each. A column comes as one list, because a cohort has more units than a query may return rows.

-- name: cause_units
-- says: units at risk with days in service and first failure; all that failed, and a sample of the others if they are many
WITH theirs AS (
    SELECT serial, failed_at::DATE AS failed_on
    FROM claims
    WHERE symptom_code = $symptom
        AND (NOT $by_finding OR list_contains($findings::VARCHAR[], coalesce(finding, ''))
            OR list_has_any($findings::VARCHAR[], regexp_split_to_array(coalesce(finding, ''), '[^\w]+')))
),
families AS (
    SELECT DISTINCT coalesce(m.family, u.model_id) AS family
    FROM theirs t JOIN units u ON u.serial = t.serial LEFT JOIN models m ON m.model_id = u.model_id
),
chosen AS (
    SELECT u.serial, u.model_id, coalesce(m.family, u.model_id) AS family, u.site_id, u.line_id, u.shift,
        u.country, u.built_at::DATE AS built_on,
        CASE WHEN $timed THEN u.sold_on ELSE u.built_at::DATE END AS start_on,
        CASE WHEN $timed THEN least($cutoff::DATE, u.sold_on + to_months(w.months)::INTERVAL)::DATE END AS end_on
    FROM units u
    LEFT JOIN models m ON m.model_id = u.model_id
    LEFT JOIN warranties w ON w.model_id = u.model_id AND w.country = u.country
    WHERE coalesce(m.family, u.model_id) IN (SELECT family FROM families)
        AND ($models::VARCHAR[] IS NULL OR list_contains($models::VARCHAR[], u.model_id))
        AND ($families::VARCHAR[] IS NULL OR list_contains($families::VARCHAR[], m.family))
        AND ($countries::VARCHAR[] IS NULL OR list_contains($countries::VARCHAR[], u.country))
        AND ($sites::VARCHAR[] IS NULL OR list_contains($sites::VARCHAR[], u.site_id))
        AND ($built_from::DATE IS NULL OR u.built_at >= $built_from::DATE)
        AND ($built_to::DATE IS NULL OR u.built_at < $built_to::DATE + 1)
        AND (NOT $timed OR u.sold_on < $cutoff::DATE)
),
failed AS (
    SELECT c.serial, min(t.failed_on) AS failed_on
    FROM theirs t JOIN chosen c ON c.serial = t.serial
    WHERE NOT $timed OR (t.failed_on >= c.start_on AND t.failed_on <= c.end_on)
    GROUP BY c.serial
),
sized AS (
    SELECT c.*, f.failed_on, f.serial IS NOT NULL AS failed, count(*) OVER () AS units,
        (hash(c.serial) >> 16) % 1000000 AS draw, (hash(c.serial) >> 8) % 3 AS fold
    FROM chosen c LEFT JOIN failed f ON f.serial = c.serial
),
kept AS (
    SELECT * FROM sized WHERE failed OR units <= $most_units OR draw < 1000000 * $most_units / units
)
SELECT any_value(units) AS units, list(serial) AS serial, list(model_id) AS model_id, list(family) AS family,
    list(site_id) AS site_id, list(line_id) AS line_id, list(shift) AS shift, list(country) AS country,
    list(date_diff('day', DATE '1970-01-01', built_on)) AS built_on,
    list(date_diff('day', DATE '1970-01-01', start_on)) AS start_on,
    list(date_diff('day', DATE '1970-01-01', CASE WHEN failed AND $timed THEN failed_on ELSE end_on END)) AS end_on,
    list(failed) AS failed, list(fold) AS fold
FROM (SELECT * FROM kept ORDER BY serial)

-- name: cause_claims
-- says: claims of the symptom by whether they can count, the part they name most, and whether units have sale dates
SELECT count(*) AS claims, count(*) FILTER (u.serial IS NULL) AS without_unit,
    count(*) FILTER (u.serial IS NOT NULL AND u.sold_on IS NULL) AS without_sale_date,
    count(*) FILTER (c.failed_at::DATE < u.sold_on) AS before_sale,
    count(*) FILTER (c.failed_at::DATE > $cutoff::DATE) AS after_cutoff,
    mode(c.part_id) AS part_id, count(c.part_id) AS naming_part,
    (SELECT count(sold_on) FROM units) AS sold
FROM claims c LEFT JOIN units u ON u.serial = c.serial
WHERE c.symptom_code = $symptom

-- name: cause_parts
-- says: lot of each part in each unit of the cohort
WITH cohort AS (
    SELECT unnest(serials) AS serial, unnest(range(len(serials))) AS place
    FROM (SELECT string_split($serials, chr(31)) AS serials)
)
SELECT g.part_id, list(c.place) AS place, list(g.lot_id) AS lot_id
FROM unit_parts g JOIN cohort c ON c.serial = g.serial
WHERE g.lot_id IS NOT NULL
GROUP BY g.part_id ORDER BY g.part_id

-- name: cause_lots
-- says: supplier and day of receipt of each lot
SELECT list(lot_id) AS lot_id, list(supplier_id) AS supplier_id,
    list(date_diff('day', DATE '1970-01-01', received_at::DATE)) AS received_on
FROM (SELECT * FROM part_lots ORDER BY lot_id)

-- name: cause_measurements
-- says: first value of each characteristic on each unit of the cohort
WITH cohort AS (
    SELECT unnest(serials) AS serial, unnest(range(len(serials))) AS place
    FROM (SELECT string_split($serials, chr(31)) AS serials)
)
SELECT m.characteristic_id, list(c.place) AS place, list(m.value) AS value
FROM measurements m JOIN cohort c ON c.serial = m.serial
WHERE isfinite(m.value)
GROUP BY m.characteristic_id ORDER BY m.characteristic_id

-- name: cause_stations
-- says: station at which each characteristic is measured on each line
SELECT m.characteristic_id, u.line_id, min(m.station_id) AS station_id, count(DISTINCT m.station_id) AS stations
FROM measurements m JOIN units u ON u.serial = m.serial
WHERE m.characteristic_id = $characteristic_id AND u.line_id = $line_id
GROUP BY ALL ORDER BY ALL

-- name: cause_attributes
-- says: value that each unit of the cohort had when its service began, by attribute with few enough values
WITH cohort AS (
    SELECT unnest(serials) AS serial, unnest(range(len(serials))) AS place, unnest(starts)::INTEGER AS start_on
    FROM (SELECT string_split($serials, chr(31)) AS serials, string_split($starts, chr(31)) AS starts)
),
held AS (
    SELECT a.name, c.place, arg_max(a.value, a.valid_from) AS value
    FROM unit_attributes a JOIN cohort c ON c.serial = a.serial
    WHERE a.value IS NOT NULL
        AND (a.valid_from IS NULL OR date_diff('day', DATE '1970-01-01', a.valid_from::DATE) <= c.start_on)
    GROUP BY a.name, c.place
)
SELECT name, count(DISTINCT value) AS values, list(place) AS place, list(value) AS value
FROM held GROUP BY name
HAVING count(DISTINCT value) BETWEEN 2 AND $most_values ORDER BY name

-- name: cause_changes
-- says: recorded process changes within the time of build
SELECT change_id, date_diff('day', DATE '1970-01-01', effective_at::DATE) AS day,
    site_id, line_id, model_id, kind, description
FROM process_changes
WHERE effective_at >= $first::DATE AND effective_at < $last::DATE + 1
ORDER BY effective_at, change_id

-- name: cause_channels
-- says: feedback on these models by country, channel and month, only what is coded with the symptom where codes exist
WITH coded AS (
    SELECT DISTINCT feedback_id FROM feedback_codes WHERE symptom_code = $symptom
)
SELECT f.channel, f.country, date_diff('month', DATE '1970-01-01', f.received_at::DATE) AS month,
    count(*) AS reports, count(c.feedback_id) AS coded
FROM feedback f LEFT JOIN coded c ON c.feedback_id = f.feedback_id
WHERE f.channel IS NOT NULL AND f.country IS NOT NULL
    AND list_contains($models::VARCHAR[], f.model_id)
GROUP BY ALL ORDER BY ALL

-- name: cause_change
-- says: day and place of one recorded change
SELECT effective_at::DATE AS effective_on, site_id, line_id, model_id, kind, description
FROM process_changes WHERE change_id = $change_id

-- name: cause_serial
-- says: day on which one unit was built
SELECT built_at::DATE AS built_on FROM units WHERE serial = $serial
