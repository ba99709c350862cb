-- name: passes_and_claims
-- says: inspected units with their last verdict at each station and method, early claims on passed ones, rejects overruled
-- by: station_id, method, model_version, recipe_id, model_id, family, site_id, line_id
WITH looks AS (
    SELECT i.serial, i.station_id, i.method, i.model_version, i.recipe_id, i.inspected_at, i.inspection_id,
        coalesce(i.operator_override, false) AS overridden,
        CASE WHEN lower(i.result) IN ('pass', 'passed', 'ok', 'good', 'accept', 'accepted') THEN 'pass'
             WHEN lower(i.result) IN ('fail', 'failed', 'ng', 'nok', 'bad', 'reject', 'rejected') THEN 'fail'
        END AS verdict
    FROM inspections i
    WHERE ($first_on::DATE IS NULL OR i.inspected_at >= $first_on::DATE)
        AND ($last_on::DATE IS NULL OR i.inspected_at < $last_on::DATE + 1)
),
cleared AS (
    SELECT serial, station_id, max(inspected_at) AS cleared_at FROM looks
    WHERE verdict = 'pass' AND (overridden OR lower(method) IN ('person', 'manual', 'visual'))
    GROUP BY serial, station_id
),
examined AS (
    SELECT serial, station_id, max(inspected_at) AS examined_at FROM looks
    WHERE verdict IS NOT NULL AND (overridden OR lower(method) IN ('person', 'manual', 'visual'))
    GROUP BY serial, station_id
),
lasts AS (
    SELECT serial, station_id, method, max_by(verdict, (inspected_at, inspection_id)) AS verdict,
        max_by(model_version, (inspected_at, inspection_id)) AS model_version,
        max_by(recipe_id, (inspected_at, inspection_id)) AS recipe_id,
        max_by(overridden, (inspected_at, inspection_id)) AS overridden,
        max(inspected_at) AS inspected_at
    FROM looks WHERE verdict IS NOT NULL AND inspected_at IS NOT NULL
    GROUP BY serial, station_id, method
),
early AS (
    SELECT c.serial, bool_or(NOT coalesce(c.no_fault_found, false)) AS with_fault
    FROM claims c JOIN units u ON u.serial = c.serial
    WHERE c.reported_at::DATE BETWEEN u.sold_on AND u.sold_on + $within_days::INTEGER
        AND ($symptoms::VARCHAR[] IS NULL OR list_contains($symptoms::VARCHAR[], c.symptom_code))
    GROUP BY c.serial
),
judged AS (
    SELECT l.station_id, l.method, l.model_version, l.recipe_id, u.model_id, m.family, u.site_id, u.line_id,
        l.verdict, l.overridden, u.sold_on, coalesce(e.with_fault, false) AS claimed,
        e.serial IS NOT NULL AND NOT e.with_fault AS sound,
        $all_markets OR k.country IS NOT NULL AS market_seen,
        u.sold_on + $within_days::INTEGER <= $as_of::DATE AS followed,
        l.overridden OR x.examined_at > l.inspected_at AS examined,
        l.overridden OR c.cleared_at > l.inspected_at AS cleared
    FROM lasts l JOIN units u ON u.serial = l.serial
    LEFT JOIN models m ON m.model_id = u.model_id
    LEFT JOIN markets k ON k.country = u.country
    LEFT JOIN early e ON e.serial = l.serial
    LEFT JOIN examined x ON x.serial = l.serial AND x.station_id IS NOT DISTINCT FROM l.station_id
    LEFT JOIN cleared c ON c.serial = l.serial AND c.station_id IS NOT DISTINCT FROM l.station_id
    WHERE ($stations::VARCHAR[] IS NULL OR list_contains($stations::VARCHAR[], l.station_id))
        AND ($models::VARCHAR[] IS NULL OR list_contains($models::VARCHAR[], u.model_id))
        AND ($sites::VARCHAR[] IS NULL OR list_contains($sites::VARCHAR[], u.site_id))
)
SELECT {by}, count(*) AS inspected, count(*) FILTER (verdict = 'pass') AS passed,
    count(*) FILTER (verdict = 'pass' AND followed AND market_seen) AS followed,
    count(*) FILTER (verdict = 'pass' AND followed AND market_seen AND claimed) AS missed,
    count(*) FILTER (verdict = 'fail') AS rejected,
    count(*) FILTER (verdict = 'fail' AND examined) AS examined,
    count(*) FILTER (verdict = 'fail' AND cleared) AS cleared,
    count(*) FILTER (verdict = 'pass' AND sold_on IS NULL) AS excluded_passes_of_units_without_sale_date,
    count(*) FILTER (verdict = 'pass' AND NOT followed) AS excluded_passes_of_units_too_young,
    count(*) FILTER (verdict = 'pass' AND followed AND NOT market_seen)
        AS excluded_passes_of_units_sold_outside_your_regions,
    count(*) FILTER (verdict = 'pass' AND followed AND market_seen AND sound)
        AS excluded_passes_with_claims_without_fault_only
FROM judged GROUP BY {by} ORDER BY ALL

-- name: symptoms_of_missed
-- says: symptoms of early claims on units that passed their last inspection at a station
WITH lasts AS (
    SELECT serial, station_id, method,
        max_by(lower(result), (inspected_at, inspection_id)) AS result
    FROM inspections
    WHERE result IS NOT NULL AND inspected_at IS NOT NULL
        AND ($first_on::DATE IS NULL OR inspected_at >= $first_on::DATE)
        AND ($last_on::DATE IS NULL OR inspected_at < $last_on::DATE + 1)
        AND ($stations::VARCHAR[] IS NULL OR list_contains($stations::VARCHAR[], station_id))
    GROUP BY serial, station_id, method
),
passed AS (
    SELECT DISTINCT l.serial, u.sold_on FROM lasts l JOIN units u ON u.serial = l.serial
    LEFT JOIN markets k ON k.country = u.country
    WHERE l.result IN ('pass', 'passed', 'ok', 'good', 'accept', 'accepted')
        AND u.sold_on + $within_days::INTEGER <= $as_of::DATE
        AND ($all_markets OR k.country IS NOT NULL)
        AND ($models::VARCHAR[] IS NULL OR list_contains($models::VARCHAR[], u.model_id))
        AND ($sites::VARCHAR[] IS NULL OR list_contains($sites::VARCHAR[], u.site_id))
)
SELECT c.symptom_code, any_value(d.name) AS name, any_value(d.family) AS family,
    bool_or(coalesce(d.safety_critical, false)) AS safety_critical, count(DISTINCT c.serial) AS units
FROM passed p JOIN claims c ON c.serial = p.serial
LEFT JOIN codes d ON d.code = c.symptom_code
WHERE c.reported_at::DATE BETWEEN p.sold_on AND p.sold_on + $within_days::INTEGER
    AND NOT coalesce(c.no_fault_found, false)
    AND ($symptoms::VARCHAR[] IS NULL OR list_contains($symptoms::VARCHAR[], c.symptom_code))
GROUP BY c.symptom_code
ORDER BY units DESC, c.symptom_code NULLS LAST
