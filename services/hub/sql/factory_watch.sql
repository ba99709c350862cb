-- name: factory_units
-- says: units built and units first inspected by day, site, line and shift, and those that failed a first inspection
WITH firsts AS (
    SELECT serial, station_id, min(inspected_at)::DATE AS day,
        arg_min(coalesce(lower(result), ''), (inspected_at, inspection_id)) AS result
    FROM inspections
    WHERE inspected_at >= $first_on::DATE - 7 AND inspected_at < $last_on::DATE + 1
    GROUP BY serial, station_id
),
judged AS (
    SELECT serial, min(day) AS day,
        bool_or(result IN ('fail', 'failed', 'ng', 'nok', 'bad', 'reject', 'rejected')) AS failed,
        bool_or(result IN ('pass', 'passed', 'ok', 'good', 'accept', 'accepted',
                           'fail', 'failed', 'ng', 'nok', 'bad', 'reject', 'rejected')) AS verdict
    FROM firsts GROUP BY serial HAVING min(day) >= $first_on::DATE
),
rows_of_units AS (
    SELECT built_at::DATE AS day, site_id, line_id, shift, 1 AS built, 0 AS inspected, 0 AS failed, 0 AS unjudged
    FROM units WHERE built_at >= $first_on::DATE AND built_at < $last_on::DATE + 1
    UNION ALL
    SELECT j.day, u.site_id, u.line_id, u.shift, 0, j.verdict::INTEGER, j.failed::INTEGER, (NOT j.verdict)::INTEGER
    FROM judged j JOIN units u ON u.serial = j.serial
)
SELECT date_diff('day', DATE '1970-01-01', day) AS day, coalesce(site_id, '') AS site_id,
    coalesce(line_id, '') AS line_id, coalesce(shift, '') AS shift, sum(built)::BIGINT AS built,
    sum(inspected)::BIGINT AS inspected, sum(failed)::BIGINT AS failed, sum(unjudged)::BIGINT AS unjudged
FROM rows_of_units
WHERE ($sites::VARCHAR[] IS NULL OR list_contains($sites::VARCHAR[], site_id))
    AND ($lines::VARCHAR[] IS NULL OR list_contains($lines::VARCHAR[], line_id))
GROUP BY ALL ORDER BY ALL

-- name: factory_readings
-- says: readings of a characteristic by day, station and shift: number, mean, spread, number beyond each limit
WITH readings AS (
    SELECT m.measured_at::DATE AS day, coalesce(u.site_id, '') AS site_id, coalesce(u.line_id, '') AS line_id,
        coalesce(u.shift, '') AS shift, coalesce(m.station_id, '') AS station_id, m.characteristic_id,
        CASE WHEN isfinite(m.value) THEN m.value END AS value, c.lsl, c.usl
    FROM measurements m JOIN units u ON u.serial = m.serial
    LEFT JOIN characteristics c ON c.characteristic_id = m.characteristic_id
    WHERE m.measured_at >= $first_on::DATE AND m.measured_at < $last_on::DATE + 1
        AND ($sites::VARCHAR[] IS NULL OR list_contains($sites::VARCHAR[], u.site_id))
        AND ($lines::VARCHAR[] IS NULL OR list_contains($lines::VARCHAR[], u.line_id))
)
SELECT date_diff('day', DATE '1970-01-01', day) AS day, site_id, line_id, shift, station_id, characteristic_id,
    count(value) AS readings, coalesce(avg(value), 0) AS mean, coalesce(var_pop(value) * count(value), 0) AS squares,
    count(*) FILTER (value < lsl) AS below, count(*) FILTER (value > usl) AS above,
    count(*) - count(value) AS not_finite
FROM readings
GROUP BY day, site_id, line_id, shift, station_id, characteristic_id
ORDER BY site_id, line_id, station_id, characteristic_id, shift, day

-- name: factory_defects
-- says: units that failed a first inspection by day, site, line, shift and defect code
WITH firsts AS (
    SELECT serial, station_id, min(inspected_at)::DATE AS day,
        arg_min(coalesce(lower(result), ''), (inspected_at, inspection_id)) AS result,
        arg_min(coalesce(defect_code, ''), (inspected_at, inspection_id)) AS defect_code
    FROM inspections
    WHERE inspected_at >= $first_on::DATE - 7 AND inspected_at < $last_on::DATE + 1
    GROUP BY serial, station_id
),
failing AS (
    SELECT serial, min(day) AS day, defect_code FROM firsts
    WHERE day >= $first_on::DATE AND result IN ('fail', 'failed', 'ng', 'nok', 'bad', 'reject', 'rejected')
    GROUP BY serial, defect_code
)
SELECT date_diff('day', DATE '1970-01-01', f.day) AS day, coalesce(u.site_id, '') AS site_id,
    coalesce(u.line_id, '') AS line_id, coalesce(u.shift, '') AS shift, f.defect_code,
    any_value(coalesce(c.name, f.defect_code)) AS name, bool_or(coalesce(c.safety_critical, false)) AS safety_critical,
    count(*) AS units
FROM failing f JOIN units u ON u.serial = f.serial
LEFT JOIN codes c ON c.code = f.defect_code
WHERE ($sites::VARCHAR[] IS NULL OR list_contains($sites::VARCHAR[], u.site_id))
    AND ($lines::VARCHAR[] IS NULL OR list_contains($lines::VARCHAR[], u.line_id))
GROUP BY f.day, u.site_id, u.line_id, u.shift, f.defect_code
ORDER BY f.day, site_id, line_id, shift, f.defect_code

-- name: factory_places
-- says: sites with their region, and characteristics with name, unit and limits
SELECT 'site' AS kind, site_id AS id, name, region AS unit, NULL AS lsl, NULL AS usl FROM sites
UNION ALL
SELECT 'characteristic', characteristic_id, name, unit, lsl, usl FROM characteristics
ORDER BY kind, id
