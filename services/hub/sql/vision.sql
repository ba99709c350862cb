-- name: vision_scores_with_truth
-- says: first vision look at each unit of a station by one model version, with what people found of it later
WITH looks AS (
    SELECT serial, score, inspected_at, model_version, recipe_id,
        lower(result) IN ('pass', 'passed', 'ok', 'good', 'accept', 'accepted') AS passed,
        row_number() OVER (PARTITION BY serial ORDER BY inspected_at, inspection_id) AS look
    FROM inspections
    WHERE station_id = $station_id AND lower(method) = 'vision' AND isfinite(score) AND inspected_at IS NOT NULL
        AND ($model_version::VARCHAR IS NULL OR model_version = $model_version::VARCHAR)
        AND ($recipe_id::VARCHAR IS NULL OR recipe_id = $recipe_id::VARCHAR)
        AND ($first_on::DATE IS NULL OR inspected_at >= $first_on::DATE)
        AND ($last_on::DATE IS NULL OR inspected_at < $last_on::DATE + 1)
),
people AS (
    SELECT p.serial, arg_max(lower(p.result), (p.inspected_at, p.inspection_id)) AS result,
        arg_max(p.defect_code, (p.inspected_at, p.inspection_id)) AS defect_code
    FROM inspections p JOIN looks l ON l.serial = p.serial AND l.look = 1 AND p.inspected_at > l.inspected_at
    WHERE p.station_id = $station_id AND lower(p.method) IN ('person', 'manual', 'visual')
    GROUP BY p.serial
)
SELECT l.score, l.passed, p.result IN ('fail', 'failed', 'ng', 'nok', 'bad', 'reject', 'rejected') AS bad,
    p.result IN ('pass', 'passed', 'ok', 'good', 'accept', 'accepted') AS good, p.defect_code
FROM looks l LEFT JOIN people p ON p.serial = l.serial
WHERE l.look = 1

-- name: vision_in_use
-- says: vision models and recipes of a station with their first and last look, newest last
SELECT model_version, recipe_id, count(*) AS looks, min(inspected_at) AS first_at, max(inspected_at) AS last_at
FROM inspections
WHERE station_id = $station_id AND lower(method) = 'vision' AND inspected_at IS NOT NULL
    AND ($first_on::DATE IS NULL OR inspected_at >= $first_on::DATE)
    AND ($last_on::DATE IS NULL OR inspected_at < $last_on::DATE + 1)
GROUP BY model_version, recipe_id ORDER BY last_at, looks, model_version, recipe_id

-- name: vision_days
-- says: first vision looks at units of a station by day: number, verdicts, scores, rejects that a person cleared
WITH looks AS (
    SELECT serial, score, inspected_at,
        CASE WHEN lower(result) IN ('pass', 'passed', 'ok', 'good', 'accept', 'accepted') THEN 0
             WHEN lower(result) IN ('fail', 'failed', 'ng', 'nok', 'bad', 'reject', 'rejected') THEN 1
        END AS failed,
        row_number() OVER (PARTITION BY serial ORDER BY inspected_at, inspection_id) AS look
    FROM inspections
    WHERE station_id = $station_id AND lower(method) = 'vision' AND inspected_at IS NOT NULL
        AND ($first_on::DATE IS NULL OR inspected_at >= $first_on::DATE)
        AND ($last_on::DATE IS NULL OR inspected_at < $last_on::DATE + 1)
),
people AS (
    SELECT p.serial, max(CASE WHEN lower(p.result) IN ('pass', 'passed', 'ok', 'good', 'accept', 'accepted')
        THEN 1 ELSE 0 END) AS cleared
    FROM inspections p JOIN looks l ON l.serial = p.serial AND l.look = 1 AND l.failed = 1
        AND p.inspected_at > l.inspected_at
    WHERE p.station_id = $station_id AND lower(p.method) IN ('person', 'manual', 'visual')
    GROUP BY p.serial
)
SELECT l.inspected_at::DATE AS day, count(l.failed) AS judged, coalesce(sum(l.failed), 0)::BIGINT AS failed,
    count(p.cleared) AS examined, coalesce(sum(p.cleared), 0)::BIGINT AS cleared,
    count(l.score) FILTER (isfinite(l.score)) AS scored, avg(l.score) FILTER (isfinite(l.score)) AS mean,
    var_pop(l.score) FILTER (isfinite(l.score)) * count(l.score) FILTER (isfinite(l.score)) AS squares
FROM looks l LEFT JOIN people p ON p.serial = l.serial
WHERE l.look = 1
GROUP BY day ORDER BY day

-- name: golden_looks
-- says: looks at golden pieces of a station by day and piece, and those that misjudged it
SELECT serial, inspected_at::DATE AS day, count(*) AS looks,
    count(*) FILTER (lower(result) IN ('false_reject', 'overkill')) AS rejected_good,
    count(*) FILTER (lower(result) IN ('missed', 'miss', 'escape')) AS missed_bad
FROM inspections
WHERE station_id = $station_id AND lower(method) = 'golden' AND inspected_at IS NOT NULL
    AND lower(result) IN ('as_expected', 'pass', 'passed', 'ok', 'false_reject', 'overkill', 'missed', 'miss', 'escape')
    AND ($first_on::DATE IS NULL OR inspected_at >= $first_on::DATE)
    AND ($last_on::DATE IS NULL OR inspected_at < $last_on::DATE + 1)
GROUP BY serial, day ORDER BY day, serial

-- name: camera_signal_days
-- says: daily readings of the signals of a station's camera and fixture: number, mean, squares about it
SELECT signal, "at"::DATE AS day, count(*) AS readings, avg(value) AS mean, var_pop(value) * count(*) AS squares
FROM signals
WHERE station_id = $station_id AND list_contains($signals::VARCHAR[], lower(signal)) AND isfinite(value)
    AND ($first_on::DATE IS NULL OR "at" >= $first_on::DATE)
    AND ($last_on::DATE IS NULL OR "at" < $last_on::DATE + 1)
GROUP BY signal, day ORDER BY signal, day

-- name: rejects_by_lot_and_week
-- says: first vision looks at units with known genealogy, here and at other stations, by part, lot and week
WITH looks AS (
    SELECT serial, station_id = $station_id AS here, inspected_at,
        CASE WHEN lower(result) IN ('pass', 'passed', 'ok', 'good', 'accept', 'accepted') THEN 0
             WHEN lower(result) IN ('fail', 'failed', 'ng', 'nok', 'bad', 'reject', 'rejected') THEN 1
        END AS failed,
        row_number() OVER (PARTITION BY serial, station_id ORDER BY inspected_at, inspection_id) AS look
    FROM inspections
    WHERE lower(method) = 'vision' AND station_id IS NOT NULL AND inspected_at >= $first_on::DATE
        AND inspected_at < $last_on::DATE + 1
)
SELECT p.part_id, p.lot_id, l.here, floor(epoch(l.inspected_at) / 604800)::BIGINT AS week,
    count(*) AS units, sum(l.failed)::BIGINT AS failed
FROM looks l JOIN unit_parts p ON p.serial = l.serial
WHERE l.look = 1 AND l.failed IS NOT NULL AND p.lot_id IS NOT NULL
GROUP BY p.part_id, p.lot_id, l.here, week ORDER BY p.part_id, p.lot_id, l.here, week
