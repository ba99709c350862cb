-- name: inspection_days
-- says: first looks at units by station and method and stretch of days: number, verdicts, mean score
WITH looks AS (
    SELECT serial, station_id, inspected_at, score,
        CASE WHEN lower(result) IN ('pass', 'passed', 'ok', 'good', 'accept', 'accepted') THEN 0
             WHEN lower(result) IN ('fail', 'failed', 'ng', 'nok', 'bad', 'reject', 'rejected') THEN 1
        END AS failed,
        row_number() OVER (PARTITION BY serial, station_id ORDER BY inspected_at, inspection_id) AS look
    FROM inspections
    WHERE inspected_at IS NOT NULL AND lower(method) = lower($method)
        AND ($first_on::DATE IS NULL OR inspected_at >= $first_on::DATE)
        AND ($last_on::DATE IS NULL OR inspected_at < $last_on::DATE + 1)
),
placed AS (
    SELECT *, station_id = $station_id AS here,
        floor(epoch(inspected_at) / 86400 / $days::INTEGER)::BIGINT AS stretch
    FROM looks WHERE look = 1
)
SELECT here, stretch, min(inspected_at) AS first_at, count(*) AS looks, count(failed) AS judged,
    coalesce(sum(failed), 0)::BIGINT AS failed, count(score) FILTER (isfinite(score)) AS scored,
    avg(score) FILTER (isfinite(score)) AS score,
    coalesce(stddev_samp(score) FILTER (isfinite(score)), 0) AS spread
FROM placed WHERE here IS NOT NULL
GROUP BY here, stretch ORDER BY here DESC, stretch

-- name: methods_of_station
-- says: methods that a station inspects by, with the number of looks
SELECT method, count(*) AS looks FROM inspections
WHERE station_id = $station_id AND method IS NOT NULL
GROUP BY method ORDER BY looks DESC, method

-- name: looks_by_lot
-- says: looks before and after a moment, here and elsewhere, by lots, and the same units seen otherwise
WITH looks AS (
    SELECT serial, station_id, inspected_at, inspection_id, model_version, recipe_id,
        CASE WHEN $by_score THEN CASE WHEN isfinite(score) THEN score END
             WHEN lower(result) IN ('pass', 'passed', 'ok', 'good', 'accept', 'accepted') THEN 0
             WHEN lower(result) IN ('fail', 'failed', 'ng', 'nok', 'bad', 'reject', 'rejected') THEN 1
        END AS value,
        coalesce(lower(result) IN ('fail', 'failed', 'ng', 'nok', 'bad', 'reject', 'rejected'), false) AS failed,
        row_number() OVER (PARTITION BY serial, station_id ORDER BY inspected_at, inspection_id) AS look
    FROM inspections
    WHERE inspected_at IS NOT NULL AND station_id IS NOT NULL AND lower(method) = lower($method)
        AND ($first_on::DATE IS NULL OR inspected_at >= $first_on::DATE)
        AND ($last_on::DATE IS NULL OR inspected_at < $last_on::DATE + 1)
),
reference AS (
    SELECT serial FROM looks WHERE station_id = $station_id AND value IS NOT NULL AND serial IS NOT NULL
    GROUP BY serial
    HAVING count(*) FILTER (inspected_at < $moment::TIMESTAMPTZ) >= $repeats::INTEGER
        AND count(*) FILTER (inspected_at >= $moment::TIMESTAMPTZ) >= $repeats::INTEGER
),
placed AS (
    SELECT l.serial, l.value, l.station_id = $station_id AS here,
        l.inspected_at >= $moment::TIMESTAMPTZ AS after
    FROM looks l WHERE l.look = 1 AND l.value IS NOT NULL
        AND l.serial NOT IN (SELECT serial FROM reference)
),
lots AS (
    SELECT g.lot_id, bool_or(p.here AND NOT p.after) AS before_here, bool_or(p.here AND p.after) AS after_here
    FROM placed p JOIN unit_parts g ON g.serial = p.serial
    WHERE g.lot_id IS NOT NULL GROUP BY g.lot_id
),
told AS (
    SELECT p.here, p.after, p.value, g.known,
        CASE WHEN p.here THEN g.known AND g.all_old ELSE g.known AND g.any_shared END AS lot_told
    FROM placed p LEFT JOIN (
        SELECT u.serial, true AS known, bool_and(t.before_here) AS all_old, bool_or(t.after_here) AS any_shared
        FROM unit_parts u JOIN lots t ON t.lot_id = u.lot_id GROUP BY u.serial
    ) g ON g.serial = p.serial
)
SELECT here, after, coalesce(lot_told, false) AS lot_told, 'units' AS kind, count(*) AS looks,
    avg(value) AS mean, coalesce(var_samp(value), 0) AS variance
FROM told GROUP BY here, after, coalesce(lot_told, false)
UNION ALL
SELECT true, l.inspected_at >= $moment::TIMESTAMPTZ, false, 'reference', count(*), avg(l.value),
    coalesce(var_samp(l.value), 0)
FROM looks l JOIN reference r ON r.serial = l.serial
WHERE l.station_id = $station_id AND l.value IS NOT NULL
GROUP BY l.inspected_at >= $moment::TIMESTAMPTZ
UNION ALL
SELECT true, after, false, 'second_looks', count(*), avg(cleared), coalesce(var_samp(cleared), 0)
FROM (
    SELECT a.inspected_at >= $moment::TIMESTAMPTZ AS after,
        max(CASE WHEN lower(b.result) IN ('pass', 'passed', 'ok', 'good', 'accept', 'accepted') THEN 1 ELSE 0 END) AS cleared
    FROM looks a JOIN inspections b ON b.serial = a.serial AND b.station_id = a.station_id
        AND b.inspected_at > a.inspected_at AND lower(b.method) IN ('person', 'manual', 'visual')
    WHERE a.look = 1 AND a.failed AND a.station_id = $station_id
    GROUP BY a.serial, after
)
GROUP BY after
UNION ALL
SELECT true, after, false, 'other_methods', count(*), avg(failed), coalesce(var_samp(failed), 0)
FROM (
    SELECT a.inspected_at >= $moment::TIMESTAMPTZ AS after,
        max(CASE WHEN lower(b.result) IN ('fail', 'failed', 'ng', 'nok', 'bad', 'reject', 'rejected') THEN 1 ELSE 0 END) AS failed
    FROM looks a JOIN inspections b ON b.serial = a.serial AND b.result IS NOT NULL
        AND lower(b.method) NOT IN (lower($method), 'person', 'manual', 'visual')
    WHERE a.look = 1 AND a.station_id = $station_id
    GROUP BY a.serial, after
)
GROUP BY after
ORDER BY kind, here, after, lot_told

-- name: settings_of_station
-- says: vision models and recipes of a station with the looks before and after a moment
SELECT kind, value, count(*) FILTER (inspected_at < $moment::TIMESTAMPTZ) AS before,
    count(*) FILTER (inspected_at >= $moment::TIMESTAMPTZ) AS after
FROM (
    SELECT 'model_version' AS kind, model_version AS value, inspected_at FROM inspections
    WHERE station_id = $station_id AND lower(method) = lower($method)
    UNION ALL
    SELECT 'recipe_id', recipe_id, inspected_at FROM inspections
    WHERE station_id = $station_id AND lower(method) = lower($method)
)
WHERE value IS NOT NULL AND ($first_on::DATE IS NULL OR inspected_at >= $first_on::DATE)
    AND ($last_on::DATE IS NULL OR inspected_at < $last_on::DATE + 1)
GROUP BY kind, value ORDER BY kind, value
