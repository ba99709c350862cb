-- name: characteristic_limits
-- says: unit and specification limits of one characteristic
SELECT name, unit, lsl, target, usl FROM characteristics WHERE characteristic_id = $characteristic_id

-- name: signals_of_station
-- says: signals that a station sends
SELECT DISTINCT signal FROM signals WHERE station_id = $station_id ORDER BY signal

-- name: reading_subgroups
-- says: readings of a characteristic, or of a station's signal, by subgroup in order of time
WITH readings AS (
    SELECT v.measured_at AS read_at, v.value, coalesce(u.shift, 'no shift') AS shift
    FROM measurements v LEFT JOIN units u ON u.serial = v.serial
    WHERE v.characteristic_id = $characteristic_id
        AND ($station_id::VARCHAR IS NULL OR v.station_id = $station_id::VARCHAR)
        AND ($models::VARCHAR[] IS NULL OR list_contains($models::VARCHAR[], u.model_id))
        AND ($sites::VARCHAR[] IS NULL OR list_contains($sites::VARCHAR[], u.site_id))
        AND ($lines::VARCHAR[] IS NULL OR list_contains($lines::VARCHAR[], u.line_id))
    UNION ALL
    SELECT "at", value, 'no shift' FROM signals
    WHERE signal = $signal AND station_id = $station_id::VARCHAR
),
used AS (
    SELECT read_at, shift, value FROM readings
    WHERE ($first_on::DATE IS NULL OR read_at >= $first_on::DATE)
        AND ($last_on::DATE IS NULL OR read_at < $last_on::DATE + 1)
),
placed AS (
    SELECT read_at, value, 0 AS place,
        date_trunc(CASE WHEN $subgroup::VARCHAR = 'hour' THEN 'hour' ELSE 'day' END, read_at)
            AS period,
        CASE WHEN $subgroup::VARCHAR = 'shift' THEN shift END AS shift
    FROM used WHERE $subgroup::VARCHAR <> 'count' AND isfinite(value)
    UNION ALL
    SELECT read_at, value,
        floor((row_number() OVER (ORDER BY read_at, value) - 1) / $size::INTEGER)::INTEGER,
        NULL, NULL
    FROM used WHERE $subgroup::VARCHAR = 'count' AND isfinite(value)
),
grouped AS (
    SELECT period, shift, place, min(read_at) AS first_at, max(read_at) AS last_at, count(*) AS n,
        avg(value) AS mean, stddev_samp(value) AS s, min(value) AS minimum, max(value) AS maximum,
        count(*) FILTER (value < $lsl::DOUBLE) AS below,
        count(*) FILTER (value > $usl::DOUBLE) AS above
    FROM placed GROUP BY period, shift, place
)
SELECT CASE WHEN $subgroup::VARCHAR = 'count' THEN place::VARCHAR
        WHEN $subgroup::VARCHAR = 'hour' THEN strftime(period, '%Y-%m-%d %H:00')
        ELSE concat_ws(' ', strftime(period, '%Y-%m-%d'), shift) END AS subgroup,
    first_at, last_at, n, mean, s, minimum, maximum, below, above, 0 AS not_finite
FROM grouped
UNION ALL
SELECT NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, 0, 0,
    count(*) FILTER (value IS NULL OR NOT isfinite(value))
FROM used
ORDER BY first_at NULLS FIRST, subgroup
LIMIT $most
