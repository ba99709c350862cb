-- name: reading_streams
-- says: readings of a characteristic or a signal by station: moments, and subgroups of neighbours in time
WITH readings AS (
    SELECT v.station_id, v.measured_at AS read_at, v.value
    FROM measurements v
    WHERE NOT $of_units AND v.characteristic_id = $characteristic_id
    UNION ALL
    SELECT v.station_id, v.measured_at, v.value
    FROM measurements v JOIN units u ON u.serial = v.serial
    WHERE $of_units AND v.characteristic_id = $characteristic_id
        AND ($models::VARCHAR[] IS NULL OR list_contains($models::VARCHAR[], u.model_id))
        AND ($sites::VARCHAR[] IS NULL OR list_contains($sites::VARCHAR[], u.site_id))
        AND ($lines::VARCHAR[] IS NULL OR list_contains($lines::VARCHAR[], u.line_id))
    UNION ALL
    SELECT station_id, "at", value FROM signals WHERE signal = $signal
),
used AS (
    SELECT station_id, read_at, CASE WHEN isfinite(value) THEN value END AS value FROM readings
    WHERE ($stations::VARCHAR[] IS NULL OR list_contains($stations::VARCHAR[], station_id))
        AND ($first_on::DATE IS NULL OR read_at >= $first_on::DATE)
        AND ($last_on::DATE IS NULL OR read_at < $last_on::DATE + 1)
),
placed AS (
    SELECT station_id, read_at, value,
        row_number() OVER spot - 1 AS place, count(*) OVER (PARTITION BY station_id) AS total
    FROM used WHERE value IS NOT NULL
    WINDOW spot AS (PARTITION BY station_id ORDER BY read_at, value)
),
sized AS (
    SELECT *, CASE WHEN $size::INTEGER IS NOT NULL THEN $size::INTEGER
        WHEN total < $singles::INTEGER THEN 1
        ELSE greatest(5, ceil(total / $most::INTEGER))::INTEGER END AS size
    FROM placed
),
subgroups AS (
    SELECT station_id, floor(place / size)::BIGINT AS subgroup, any_value(size) AS size,
        any_value(total) AS total, min(read_at) AS first_at, count(*) AS n, avg(value) AS mean,
        coalesce(stddev_samp(value), 0) AS s, max(value) - min(value) AS span
    FROM sized GROUP BY station_id, subgroup HAVING count(*) = any_value(size)
),
kept AS (
    SELECT *, subgroup % greatest(1, ceil(total / size / $most::INTEGER))::BIGINT = 0 AS drawn
    FROM subgroups
),
grouped AS (
    SELECT station_id, any_value(size) AS size, count(*) AS subgroups, sqrt(avg(s * s)) AS s_within,
        list(epoch(first_at) ORDER BY subgroup) FILTER (drawn) AS starts,
        list(mean ORDER BY subgroup) FILTER (drawn) AS means,
        list(s ORDER BY subgroup) FILTER (drawn) AS deviations,
        list(span ORDER BY subgroup) FILTER (drawn) AS spans
    FROM kept GROUP BY station_id
),
level AS (
    SELECT station_id, count(*) AS n, avg(value) AS mean, stddev_samp(value) AS s,
        min(read_at) AS first_at, max(read_at) AS last_at,
        count(*) FILTER (value < $lsl::DOUBLE) AS below,
        count(*) FILTER (value > $usl::DOUBLE) AS above,
        CASE WHEN min(value) < max(value) THEN
            quantile_cont(value, [0.00135, 0.5, 0.99865]) END AS percentiles,
        list(value ORDER BY place) FILTER (place % ceil(total / 1000)::BIGINT = 0) AS drawn_values
    FROM placed GROUP BY station_id
),
rejected AS (
    SELECT count(*) AS not_finite FROM used WHERE value IS NULL
)
SELECT l.*, g.size, g.subgroups, g.s_within, g.starts, g.means, g.deviations, g.spans, r.not_finite
FROM rejected r
LEFT JOIN level l ON true
LEFT JOIN grouped g ON g.station_id IS NOT DISTINCT FROM l.station_id
ORDER BY l.station_id NULLS LAST

-- name: gauge_trials
-- says: trials of the gauge studies of a characteristic
SELECT study_id, gauge_id, operator, part_no, value
FROM gauge_studies WHERE characteristic_id = $characteristic_id AND isfinite(value)
ORDER BY study_id, gauge_id, operator, part_no, trial, value
