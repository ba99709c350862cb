-- name: benchmarks_of_metrics
-- says: values of these metrics for models of ours and of competitors
SELECT b.metric, b.model_id, m.model_id IS NOT NULL AS ours, b.value, b.unit, b.source
FROM benchmarks b LEFT JOIN models m ON m.model_id = b.model_id
WHERE list_contains($metrics::VARCHAR[], b.metric) AND b.value IS NOT NULL
ORDER BY b.metric, ours DESC, b.model_id

-- name: requirements_of
-- says: recorded requirements by identifier or by model
SELECT requirement_id, model_id, need, metric, operator, value, unit, status
FROM requirements
WHERE list_contains($ids::VARCHAR[], requirement_id) OR list_contains($models::VARCHAR[], model_id)
ORDER BY requirement_id

-- name: units_failing_by_symptom
-- says: units sold by the as-of date, those of them with a claim by symptom, and claims that name no unit sold
WITH sold AS MATERIALIZED (
    SELECT serial FROM units
    WHERE sold_on <= $as_of::DATE
        AND ($models::VARCHAR[] IS NULL OR list_contains($models::VARCHAR[], model_id))
        AND (NOT $limited OR country IN (SELECT country FROM markets))
),
failing AS (
    SELECT c.symptom_code, count(DISTINCT s.serial) AS units_failing,
        count(*) FILTER (s.serial IS NULL) AS claims_without_unit
    FROM claims c LEFT JOIN sold s ON s.serial = c.serial
    WHERE list_contains($symptoms::VARCHAR[], c.symptom_code)
        AND ($models::VARCHAR[] IS NULL OR list_contains($models::VARCHAR[], c.model_id))
    GROUP BY c.symptom_code
)
SELECT a.symptom_code, (SELECT count(*) FROM sold) AS units_sold,
    coalesce(f.units_failing, 0) AS units_failing,
    coalesce(f.claims_without_unit, 0) AS claims_without_unit,
    (SELECT count(*) FROM claims) AS claims_recorded
FROM (SELECT unnest($symptoms::VARCHAR[]) AS symptom_code) a
    LEFT JOIN failing f ON f.symptom_code = a.symptom_code
ORDER BY a.symptom_code
