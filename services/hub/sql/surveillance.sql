-- name: watch_exposure
-- says: units sold by model, market and week of sale, for those that may still be under warranty in the weeks watched
SELECT u.model_id, u.country, any_value(m.family) AS family, any_value(w.months) AS warranty,
    floor(date_diff('day', $origin::DATE, u.sold_on) / 7.0)::INTEGER AS sold_week, count(*) AS units
FROM units u
LEFT JOIN warranties w ON w.model_id = u.model_id AND w.country = u.country
LEFT JOIN models m ON m.model_id = u.model_id
WHERE u.sold_on >= $oldest::DATE AND u.sold_on < $until::DATE AND u.model_id IS NOT NULL
    AND ($models::VARCHAR[] IS NULL OR list_contains($models::VARCHAR[], u.model_id))
    AND ($countries::VARCHAR[] IS NULL OR list_contains($countries::VARCHAR[], u.country))
    AND (NOT $limited OR u.country IN (SELECT country FROM markets))
GROUP BY u.model_id, u.country, sold_week
ORDER BY u.model_id, u.country, sold_week

-- name: watch_claims
-- says: claims by symptom, model, market, week of report and week of sale, without those that repeat one of the unit within 30 days
WITH recent AS (
    SELECT k.claim_id, k.serial, k.model_id, k.country, k.symptom_code, k.reported_at,
        date_diff('day', $origin::DATE, k.reported_at::DATE) AS day
    FROM claims k
    WHERE k.reported_at >= $origin::DATE - $repeat_days::INTEGER AND k.reported_at < $until::DATE
        AND k.symptom_code IS NOT NULL
        AND ($models::VARCHAR[] IS NULL OR list_contains($models::VARCHAR[], k.model_id))
        AND ($countries::VARCHAR[] IS NULL OR list_contains($countries::VARCHAR[], k.country))
),
told AS (
    SELECT *, day - lag(day) OVER (
        PARTITION BY serial, symptom_code ORDER BY reported_at, claim_id) AS days_since
    FROM recent
)
SELECT t.model_id, t.country, t.symptom_code, floor(t.day / 7.0)::INTEGER AS week,
    floor(date_diff('day', $origin::DATE, u.sold_on) / 7.0)::INTEGER AS sold_week,
    count(*) FILTER (t.serial IS NULL OR NOT coalesce(t.days_since < $repeat_days::INTEGER, false)) AS events,
    count(*) AS raw
FROM told t LEFT JOIN units u ON u.serial = t.serial
WHERE t.day >= 0
GROUP BY t.model_id, t.country, t.symptom_code, week, sold_week
ORDER BY t.model_id, t.country, t.symptom_code, week, sold_week

-- name: watch_voices
-- says: authors who tell of a symptom, by model, market, channel and week, each once in 30 days, from coded feedback
WITH coded AS (
    SELECT feedback_id, symptom_code
    FROM feedback_codes
    WHERE symptom_code IS NOT NULL AND NOT list_contains($nothing::VARCHAR[], symptom_code)
        AND NOT coalesce(negated, false) AND NOT coalesce(hypothetical, false)
        AND (coded_at IS NULL OR coded_at >= $origin::DATE - $repeat_days::INTEGER)
    GROUP BY feedback_id, symptom_code
),
recent AS (
    SELECT f.feedback_id, f.model_id, f.country, coalesce(f.channel, '') AS channel, f.received_at,
        coalesce(f.author_key, f.feedback_id) AS voice,
        date_diff('day', $origin::DATE, f.received_at::DATE) AS day
    FROM feedback f
    WHERE f.received_at >= $origin::DATE - $repeat_days::INTEGER AND f.received_at < $until::DATE
        AND f.feedback_id NOT IN (SELECT feedback_id FROM feedback_links
            WHERE feedback_id IS NOT NULL AND kind <> 'same_event')
        AND ($models::VARCHAR[] IS NULL OR list_contains($models::VARCHAR[], f.model_id))
        AND ($countries::VARCHAR[] IS NULL OR list_contains($countries::VARCHAR[], f.country))
),
told AS (
    SELECT r.*, c.symptom_code, r.day - lag(r.day) OVER (
        PARTITION BY r.voice, c.symptom_code ORDER BY r.received_at, r.feedback_id) AS days_since
    FROM recent r JOIN coded c ON c.feedback_id = r.feedback_id
)
SELECT model_id, country, channel, symptom_code, floor(day / 7.0)::INTEGER AS week,
    count(*) FILTER (NOT coalesce(days_since < $repeat_days::INTEGER, false)) AS events,
    count(*) AS raw
FROM told
WHERE day >= 0
GROUP BY model_id, country, channel, symptom_code, week
ORDER BY model_id, country, channel, symptom_code, week

-- name: watch_channels
-- says: feedback channels by market with the first week of the window in which anybody wrote
SELECT country, coalesce(channel, '') AS channel,
    floor(min(date_diff('day', $origin::DATE, received_at::DATE)) / 7.0)::INTEGER AS first_week,
    count(*) AS pieces
FROM feedback
WHERE received_at >= $origin::DATE AND received_at < $until::DATE
GROUP BY country, coalesce(channel, '')
ORDER BY country, coalesce(channel, '')
