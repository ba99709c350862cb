-- The cohort of a root-cause question: units at risk of one symptom with their first failure, and what is
-- recorded of each. A factor's levels come with the places of their units as lists, which is the smallest form.

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
chosen AS MATERIALIZED (
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
    SELECT units, greatest($most_units, $controls_each * failures)::DOUBLE / greatest(units, 1) AS share
    FROM (SELECT (SELECT count(*) FROM chosen) AS units, (SELECT count(*) FROM failed) AS failures)
)
SELECT s.units, c.serial, c.model_id, c.family, c.site_id, c.line_id, c.shift, c.country,
    date_diff('day', DATE '1970-01-01', c.built_on)::INTEGER AS built_on,
    date_diff('day', DATE '1970-01-01', c.start_on)::INTEGER AS start_on,
    date_diff('day', DATE '1970-01-01', coalesce(f.failed_on, c.end_on, c.start_on))::INTEGER AS end_on,
    f.serial IS NOT NULL AS failed, ((hash(c.serial) >> 8) % 3)::TINYINT AS fold
FROM chosen c CROSS JOIN sized s LEFT JOIN failed f ON f.serial = c.serial
WHERE f.serial IS NOT NULL OR (hash(c.serial) >> 16) % 1000000 < 1000000 * s.share
ORDER BY c.serial

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

-- name: cause_lots
-- says: units of the cohort by part and lot; lots of too few units together by supplier and day of receipt
WITH cohort AS (
    SELECT unnest(serials) AS serial, unnest(range(len(serials)))::INTEGER AS place
    FROM (SELECT string_split($serials, chr(31)) AS serials)
),
taken AS (
    SELECT g.part_id, g.lot_id, list(c.place) AS places
    FROM unit_parts g JOIN cohort c ON c.serial = g.serial
    WHERE g.lot_id IS NOT NULL
    GROUP BY g.part_id, g.lot_id
)
SELECT t.part_id, CASE WHEN len(t.places) >= $fewest THEN t.lot_id END AS level, l.supplier_id,
    date_diff('day', DATE '1970-01-01', l.received_at::DATE) AS received_on,
    count(*) AS levels, flatten(list(t.places)) AS places
FROM taken t LEFT JOIN part_lots l ON l.lot_id = t.lot_id
GROUP BY ALL ORDER BY t.part_id, level NULLS LAST, l.supplier_id, received_on

-- name: cause_measurements
-- says: values of each characteristic on units of the cohort, with their time
WITH cohort AS (
    SELECT unnest(serials) AS serial, unnest(range(len(serials)))::INTEGER AS place
    FROM (SELECT string_split($serials, chr(31)) AS serials)
)
SELECT m.characteristic_id, list(c.place) AS places, list(m.value) AS values,
    list(coalesce(epoch_us(m.measured_at), -9e18::BIGINT)) AS since
FROM measurements m JOIN cohort c ON c.serial = m.serial
WHERE m.value IS NOT NULL
GROUP BY m.characteristic_id ORDER BY m.characteristic_id

-- name: cause_stations
-- says: station at which each characteristic is measured on each line
SELECT m.characteristic_id, u.line_id, min(m.station_id) AS station_id, count(DISTINCT m.station_id) AS stations
FROM measurements m JOIN units u ON u.serial = m.serial
WHERE m.characteristic_id = $characteristic_id AND u.line_id = $line_id
GROUP BY ALL ORDER BY ALL

-- name: cause_attributes
-- says: units of the cohort by attribute and value, with the time from which it held; values of too few units together
WITH cohort AS (
    SELECT unnest(serials) AS serial, unnest(range(len(serials)))::INTEGER AS place
    FROM (SELECT string_split($serials, chr(31)) AS serials)
),
held AS (
    SELECT a.name, a.value, list(c.place) AS places,
        list(coalesce(epoch_us(a.valid_from), -9e18::BIGINT)) AS since
    FROM unit_attributes a JOIN cohort c ON c.serial = a.serial
    WHERE a.value IS NOT NULL
    GROUP BY a.name, a.value
)
SELECT name, CASE WHEN len(places) >= $fewest THEN value END AS level, count(*) AS levels,
    flatten(list(places)) AS places, flatten(list(since)) AS since
FROM held GROUP BY ALL ORDER BY name, level NULLS LAST

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
    SELECT DISTINCT feedback_id FROM feedback_codes
    WHERE symptom_code = $symptom AND NOT coalesce(negated, false) AND NOT coalesce(hypothetical, false)
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

-- name: cause_findings
-- says: findings on claims of the symptom with the units that have them; codes that share a field count each
WITH found AS (
    SELECT serial, CASE WHEN regexp_full_match(finding, '[A-Z0-9]+([^A-Za-z0-9]+[A-Z0-9]+)*')
        THEN regexp_split_to_array(finding, '[^A-Za-z0-9]+') ELSE [finding] END AS findings
    FROM claims
    WHERE symptom_code = $symptom AND finding IS NOT NULL AND NOT coalesce(no_fault_found, false)
)
SELECT finding, count(DISTINCT serial) AS units
FROM (SELECT serial, unnest(findings) AS finding FROM found)
GROUP BY finding ORDER BY units DESC, finding LIMIT $most
