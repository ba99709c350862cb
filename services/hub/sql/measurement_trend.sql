-- name: characteristic_limits
-- says: unit and specification limits of one characteristic
SELECT name, unit, lsl, target, usl FROM characteristics WHERE characteristic_id = $characteristic_id

-- name: signals_of_station
-- says: signals that a station sends
SELECT DISTINCT signal FROM signals WHERE station_id = $station_id ORDER BY signal

-- name: reading_subgroups
-- says: readings of a characteristic, or of a station's signal, by subgroup in order of time
WITH readings AS (
    SELECT measured_at AS read_at, value, NULL AS shift FROM measurements
    WHERE NOT $of_units AND characteristic_id = $characteristic_id
        AND ($station_id::VARCHAR IS NULL OR station_id = $station_id::VARCHAR)
    UNION ALL
    SELECT v.measured_at, v.value, u.shift
    FROM measurements v JOIN units u ON u.serial = v.serial
    WHERE $of_units AND v.characteristic_id = $characteristic_id
        AND ($station_id::VARCHAR IS NULL OR v.station_id = $station_id::VARCHAR)
        AND ($models::VARCHAR[] IS NULL OR list_contains($models::VARCHAR[], u.model_id))
        AND ($sites::VARCHAR[] IS NULL OR list_contains($sites::VARCHAR[], u.site_id))
        AND ($lines::VARCHAR[] IS NULL OR list_contains($lines::VARCHAR[], u.line_id))
    UNION ALL
    SELECT "at", value, NULL FROM signals
    WHERE signal = $signal AND station_id = $station_id::VARCHAR
),
used AS (
    SELECT read_at, shift, CASE WHEN isfinite(value) THEN value END AS value FROM readings
    WHERE ($first_on::DATE IS NULL OR read_at >= $first_on::DATE)
        AND ($last_on::DATE IS NULL OR read_at < $last_on::DATE + 1)
),
placed AS (
    SELECT read_at, value, floor(epoch(read_at) / $span::INTEGER) AS place,
        CASE WHEN $subgroup::VARCHAR = 'shift' THEN coalesce(shift, 'no shift') END AS shift
    FROM used WHERE $subgroup::VARCHAR <> 'count'
    UNION ALL
    SELECT read_at, value, floor((row_number() OVER (
        PARTITION BY value IS NULL ORDER BY read_at, value) - 1) / $size::INTEGER), NULL
    FROM used WHERE $subgroup::VARCHAR = 'count'
),
grouped AS (
    SELECT place, shift, min(read_at) FILTER (WHERE value IS NOT NULL) AS first_at,
        max(read_at) FILTER (WHERE value IS NOT NULL) AS last_at, count(value) AS n,
        count(*) - count(value) AS not_finite, avg(value) AS mean, stddev_samp(value) AS s,
        min(value) AS minimum, max(value) AS maximum,
        count(*) FILTER (WHERE value < $lsl::DOUBLE) AS below,
        count(*) FILTER (WHERE value > $usl::DOUBLE) AS above
    FROM placed GROUP BY place, shift
)
SELECT CASE $subgroup::VARCHAR WHEN 'count' THEN place::BIGINT::VARCHAR
        WHEN 'hour' THEN strftime(first_at, '%Y-%m-%d %H:00')
        ELSE concat_ws(' ', strftime(first_at, '%Y-%m-%d'), shift) END AS subgroup,
    first_at, last_at, n, not_finite, mean, s, minimum, maximum, below, above
FROM grouped
ORDER BY first_at NULLS FIRST, subgroup, not_finite
LIMIT $most
