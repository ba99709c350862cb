-- name: feedback_to_code
-- says: feedback with its words that fits the filters, newest first, and how many pieces fit
WITH fitting AS (
    SELECT feedback_id, received_at, country, language, model_id, author_key, text
    FROM feedback
    WHERE ($countries::VARCHAR[] IS NULL OR list_contains($countries::VARCHAR[], country))
        AND ($languages::VARCHAR[] IS NULL OR list_contains($languages::VARCHAR[], language))
        AND ($models::VARCHAR[] IS NULL OR list_contains($models::VARCHAR[], model_id))
        AND ($ids::VARCHAR[] IS NULL OR list_contains($ids::VARCHAR[], feedback_id))
        AND ($first::DATE IS NULL OR received_at >= $first::DATE)
        AND received_at < $last::DATE + 1
)
SELECT feedback_id, received_at, country, language, model_id, author_key, text,
    count(*) OVER () AS fitting, count(*) FILTER (text IS NULL) OVER () AS without_text
FROM fitting
ORDER BY text IS NULL, received_at DESC, feedback_id
LIMIT $most OFFSET $skipped

-- name: symptom_codes
-- says: symptom codes of the hub and whether they are safety-critical
SELECT code, coalesce(safety_critical, false) AS safety_critical
FROM codes WHERE kind = 'symptom' ORDER BY code

-- name: issue_exposure
-- says: units sold, and their unit-months in service and under warranty, by model, country and period
WITH periods AS (
    SELECT 'now' AS period, $first::DATE AS since, $last::DATE + 1 AS until
    UNION ALL SELECT 'before', $before::DATE, $first::DATE
),
covered AS (
    SELECT u.model_id, u.country, u.sold_on, w.months AS warranty
    FROM units u LEFT JOIN warranties w ON w.model_id = u.model_id AND w.country = u.country
    WHERE u.sold_on IS NOT NULL AND u.sold_on <= $last::DATE
        AND (NOT $limited OR u.country IN (SELECT country FROM markets))
),
days AS (
    SELECT c.model_id, c.country, p.period,
        greatest(0, date_diff('day', greatest(c.sold_on, p.since), p.until)) AS in_service,
        greatest(0, date_diff('day', greatest(c.sold_on, p.since), least(p.until,
            coalesce((c.sold_on + to_months(c.warranty::INTEGER))::DATE, p.until)))) AS in_warranty
    FROM covered c, periods p
)
SELECT d.model_id, any_value(m.family) AS family, d.country, d.period,
    count(*) FILTER (in_service > 0) AS units,
    sum(in_service) / 30.4375 AS months_in_service, sum(in_warranty) / 30.4375 AS months_in_warranty
FROM days d LEFT JOIN models m ON m.model_id = d.model_id
GROUP BY d.model_id, d.country, d.period
ORDER BY d.model_id, d.country, d.period

-- name: issue_claims
-- says: claims reported by model, country, symptom and period, and those that repeat one of the unit within 30 days
WITH known AS (
    SELECT k.model_id, k.country, k.symptom_code, k.reported_at::DATE AS reported_on, k.serial,
        reported_on - lag(reported_on) OVER (
            PARTITION BY k.serial, k.symptom_code ORDER BY k.reported_at, k.claim_id) AS days_since
    FROM claims k
    WHERE k.reported_at IS NOT NULL AND k.symptom_code IS NOT NULL
)
SELECT model_id, country, symptom_code,
    CASE WHEN reported_on >= $first::DATE THEN 'now' ELSE 'before' END AS period,
    count(*) AS claims,
    count(*) FILTER (serial IS NOT NULL AND coalesce(days_since < $repeat_days::INTEGER, false))
        AS repeats
FROM known
WHERE reported_on >= $before::DATE AND reported_on <= $last::DATE
GROUP BY ALL
ORDER BY model_id, country, symptom_code, period
