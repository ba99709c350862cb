-- name: service_recorded_to
-- says: claims, or feedback, on record and the day of the latest
SELECT reports, last_on FROM (
    SELECT 'claims' AS source, count(*) AS reports, max(coalesce(reported_at, failed_at))::DATE AS last_on FROM claims
    UNION ALL SELECT 'feedback', count(*), max(received_at)::DATE FROM feedback
)
WHERE source = $source

-- name: reporting_delay
-- says: days from failure to report that a share of claims does not exceed, of these models and markets and of all
SELECT count(*) FILTER (WHERE asked) AS asked_claims,
    quantile_disc(days, $share::DOUBLE) FILTER (WHERE asked) AS asked_days,
    count(*) AS all_claims, quantile_disc(days, $share::DOUBLE) AS all_days
FROM (
    SELECT date_diff('day', failed_at::DATE, reported_at::DATE) AS days,
        ($models::VARCHAR[] IS NULL OR list_contains($models::VARCHAR[], model_id))
            AND ($countries::VARCHAR[] IS NULL OR list_contains($countries::VARCHAR[], country))
            AS asked
    FROM claims
    WHERE failed_at <= reported_at
        AND failed_at < (SELECT max(reported_at)::DATE FROM claims) - $settled_days::INTEGER
)

-- name: claim_rate_counts
-- says: units by months in service completed, and their claims by month and by whether they count
WITH carriers AS (
    SELECT g.serial
    FROM unit_parts g LEFT JOIN part_lots l ON l.lot_id = g.lot_id
    WHERE $by_lot
        AND ($lots::VARCHAR[] IS NULL OR list_contains($lots::VARCHAR[], g.lot_id))
        AND ($parts::VARCHAR[] IS NULL OR list_contains($parts::VARCHAR[], g.part_id))
        AND ($suppliers::VARCHAR[] IS NULL OR list_contains($suppliers::VARCHAR[], l.supplier_id))
),
chosen AS (
    SELECT u.serial, w.months AS warranty, u.sold_on IS NULL AS assumed,
        coalesce(u.sold_on, u.built_at::DATE + $assumed_lag_days::INTEGER) AS start_on,
        $limited AND NOT coalesce(u.country IN (SELECT country FROM markets), false) AS hidden
    FROM units u
    LEFT JOIN warranties w ON w.model_id = u.model_id AND w.country = u.country
    WHERE ($models::VARCHAR[] IS NULL OR list_contains($models::VARCHAR[], u.model_id))
        AND ($countries::VARCHAR[] IS NULL OR list_contains($countries::VARCHAR[], u.country))
        AND ($sites::VARCHAR[] IS NULL OR list_contains($sites::VARCHAR[], u.site_id))
        AND ($built_from::DATE IS NULL OR u.built_at >= $built_from::DATE)
        AND ($built_to::DATE IS NULL OR u.built_at < $built_to::DATE + 1)
        AND (NOT $by_lot OR u.serial IN (SELECT serial FROM carriers))
),
population AS MATERIALIZED (
    SELECT serial, warranty, assumed, start_on,
        CASE WHEN hidden THEN 'hidden' WHEN start_on IS NULL THEN 'no_sale_date'
            WHEN start_on > $as_of::DATE THEN 'not_yet_sold' ELSE 'in_service' END AS status,
        greatest(0, 12 * (year($cutoff::DATE) - year(start_on)) + month($cutoff::DATE)
            - month(start_on) - (day($cutoff::DATE) < day(start_on))::INTEGER) AS completed
    FROM chosen
),
theirs AS (
    SELECT k.serial, k.claim_id, k.symptom_code, k.no_fault_found, p.status, p.completed,
        p.warranty, p.start_on, k.failed_at::DATE AS failed_on,
        coalesce(k.failed_at::DATE >= p.start_on, false) AS dated,
        1 + 12 * (year(k.failed_at) - year(p.start_on)) + month(k.failed_at) - month(p.start_on)
            - (day(k.failed_at) < day(p.start_on))::INTEGER AS service_month
    FROM claims k JOIN population p ON p.serial = k.serial
    WHERE ($symptoms::VARCHAR[] IS NULL OR list_contains($symptoms::VARCHAR[], k.symptom_code))
),
ordered AS (
    SELECT *, row_number() OVER (PARTITION BY serial, dated ORDER BY failed_on, claim_id) AS nth,
        failed_on - lag(failed_on) OVER (
            PARTITION BY serial, symptom_code, dated ORDER BY failed_on, claim_id) AS days_since
    FROM theirs
),
judged AS (
    SELECT serial, no_fault_found, service_month,
        CASE WHEN status <> 'in_service' THEN 'unit_not_in_service'
            WHEN failed_on IS NULL THEN 'no_failure_date'
            WHEN NOT dated THEN 'before_sale'
            WHEN $first_only AND nth > 1 THEN 'later_claim'
            WHEN NOT $first_only AND coalesce(days_since < $repeat_days::INTEGER, false)
                THEN 'repeat'
            WHEN coalesce(service_month > warranty, false) THEN 'past_warranty'
            WHEN service_month > completed THEN 'month_not_completed'
            ELSE 'counted' END AS status
    FROM ordered
)
SELECT 'units' AS kind, status, completed AS service_month, warranty, count(*) AS rows,
    count(*) FILTER (WHERE assumed) AS assumed, min(start_on) AS first_on, max(start_on) AS last_on,
    0 AS examined, 0 AS sound
FROM population GROUP BY status, completed, warranty
UNION ALL
SELECT 'claims', status, CASE WHEN status = 'counted' THEN service_month END, NULL, count(*),
    0, NULL, NULL, count(no_fault_found), count(*) FILTER (WHERE no_fault_found)
FROM judged GROUP BY ALL
UNION ALL
SELECT 'claiming_units', 'in_service', NULL, NULL, count(DISTINCT serial), 0, NULL, NULL, 0, 0
FROM judged WHERE status <> 'unit_not_in_service'
UNION ALL
SELECT 'claims', 'no_unit', NULL, NULL, count(*), 0, NULL, NULL, 0, 0
FROM claims k
WHERE ($models::VARCHAR[] IS NULL OR list_contains($models::VARCHAR[], k.model_id))
    AND ($countries::VARCHAR[] IS NULL OR list_contains($countries::VARCHAR[], k.country))
    AND ($symptoms::VARCHAR[] IS NULL OR list_contains($symptoms::VARCHAR[], k.symptom_code))
    AND (k.serial IS NULL OR NOT EXISTS (SELECT 1 FROM units u WHERE u.serial = k.serial))
ORDER BY kind, status, service_month, warranty
