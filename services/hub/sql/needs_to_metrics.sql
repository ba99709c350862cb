-- What stands behind a need in the field. $needs and $symptoms are pairs: a symptom that speaks for a need.

-- name: families_of_models
-- says: models with their product family
SELECT model_id, family FROM models WHERE model_id IS NOT NULL ORDER BY model_id

-- name: exposure_behind_needs
-- says: units sold and their years in service within a window, and claims of any kind on record
SELECT count(*) AS units,
    coalesce(sum($last::DATE + 1 - greatest(sold_on, $first::DATE)), 0) / 365.25 AS unit_years,
    (SELECT count(*) FROM claims) AS claims_recorded
FROM units
WHERE sold_on <= $last::DATE
    AND (NOT $limited OR country IN (SELECT country FROM markets))
    AND ($models::VARCHAR[] IS NULL OR list_contains($models::VARCHAR[], model_id))
    AND ($countries::VARCHAR[] IS NULL OR list_contains($countries::VARCHAR[], country))

-- name: claims_behind_needs
-- says: claims reported in a window by need, repeats and those of units not known as sold apart
WITH pairs AS (
    SELECT unnest($needs::VARCHAR[]) AS need, unnest($symptoms::VARCHAR[]) AS symptom_code
),
told AS (
    SELECT k.symptom_code, k.reported_at::DATE AS day,
        coalesce(u.sold_on <= k.reported_at::DATE, false) AS in_service,
        coalesce(u.model_id, k.model_id) AS model_id, coalesce(u.country, k.country) AS country,
        k.serial IS NOT NULL AND coalesce(k.reported_at::DATE - lag(k.reported_at::DATE) OVER (
            PARTITION BY k.serial, k.symptom_code ORDER BY k.reported_at, k.claim_id)
            < $repeat_days::INTEGER, false) AS repeat
    FROM claims k LEFT JOIN units u ON u.serial = k.serial
    WHERE k.reported_at IS NOT NULL AND list_contains($symptoms::VARCHAR[], k.symptom_code)
),
chosen AS (
    SELECT symptom_code, in_service, repeat FROM told
    WHERE day BETWEEN $first::DATE AND $last::DATE
        AND ($models::VARCHAR[] IS NULL OR list_contains($models::VARCHAR[], model_id))
        AND ($countries::VARCHAR[] IS NULL OR list_contains($countries::VARCHAR[], country))
)
SELECT p.need, count(*) FILTER (in_service AND NOT repeat) AS claims,
    count(*) FILTER (in_service AND repeat) AS repeats,
    count(*) FILTER (NOT in_service) AS without_unit
FROM pairs p LEFT JOIN chosen c ON c.symptom_code = p.symptom_code
GROUP BY p.need ORDER BY p.need

-- name: feedback_behind_needs
-- says: pieces of feedback received in a window by need, as their coded symptoms tell, and pieces read
WITH pairs AS (
    SELECT unnest($needs::VARCHAR[]) AS need, unnest($symptoms::VARCHAR[]) AS symptom_code
),
pieces AS (
    SELECT f.feedback_id
    FROM feedback f LEFT JOIN units u ON u.serial = f.serial
    WHERE f.received_at >= $first::DATE AND f.received_at < $last::DATE + 1
        AND f.feedback_id NOT IN (SELECT feedback_id FROM feedback_links
            WHERE feedback_id IS NOT NULL AND kind <> 'same_event')
        AND ($models::VARCHAR[] IS NULL
            OR list_contains($models::VARCHAR[], coalesce(f.model_id, u.model_id)))
        AND ($countries::VARCHAR[] IS NULL OR list_contains($countries::VARCHAR[], f.country))
),
codes AS (
    SELECT DISTINCT c.feedback_id, c.symptom_code,
        coalesce(c.negated, false) OR coalesce(c.hypothetical, false) AS denied
    FROM feedback_codes c SEMI JOIN pieces USING (feedback_id)
    WHERE c.symptom_code <> $unread
)
SELECT p.need, count(DISTINCT c.feedback_id) AS feedback,
    (SELECT count(DISTINCT feedback_id) FROM codes) AS read,
    (SELECT count(*) FROM pieces) AS received
FROM pairs p LEFT JOIN codes c ON c.symptom_code = p.symptom_code AND NOT c.denied
GROUP BY p.need ORDER BY p.need
