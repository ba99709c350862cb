-- name: supplier_deliveries
-- says: deliveries of suppliers by day of arrival, with what was promised, rejected and not recorded
-- Days since 1970-01-01; -1 where nothing is recorded.
SELECT supplier_id, part_id, coalesce(datediff('day', DATE '1970-01-01', promised_on), -1) AS promised,
    datediff('day', DATE '1970-01-01', delivered_on) AS delivered, coalesce(quantity, -1) AS quantity,
    coalesce(rejected_quantity, -1) AS rejected
FROM deliveries
WHERE delivered_on BETWEEN $first::DATE AND $last::DATE AND supplier_id IS NOT NULL
    AND ($suppliers::VARCHAR[] IS NULL OR list_contains($suppliers::VARCHAR[], supplier_id))
    AND ($parts::VARCHAR[] IS NULL OR list_contains($parts::VARCHAR[], part_id))
ORDER BY supplier_id, delivered_on, delivery_id

-- name: deliveries_without_day
-- says: deliveries of suppliers whose day of arrival is not recorded, by whether they were due
SELECT count(*) FILTER (promised_on BETWEEN $first::DATE AND $last::DATE) AS due
FROM deliveries
WHERE delivered_on IS NULL
    AND ($suppliers::VARCHAR[] IS NULL OR list_contains($suppliers::VARCHAR[], supplier_id))
    AND ($parts::VARCHAR[] IS NULL OR list_contains($parts::VARCHAR[], part_id))

-- name: suppliers_called
-- says: names of suppliers
SELECT supplier_id, name FROM suppliers
WHERE $suppliers::VARCHAR[] IS NULL OR list_contains($suppliers::VARCHAR[], supplier_id)

-- name: claims_on_supplied_parts
-- says: units with a claim on a part by who supplied that part, in a window of report
WITH fitted AS (
    SELECT p.serial, p.part_id, l.supplier_id
    FROM unit_parts p JOIN part_lots l ON l.lot_id = p.lot_id
    WHERE ($suppliers::VARCHAR[] IS NULL OR list_contains($suppliers::VARCHAR[], l.supplier_id))
        AND ($parts::VARCHAR[] IS NULL OR list_contains($parts::VARCHAR[], p.part_id))
),
pointing AS (
    SELECT k.serial, k.part_id, bool_or(coalesce(c.safety_critical, false)) AS safety
    FROM claims k LEFT JOIN codes c ON c.code = k.symptom_code
    WHERE k.reported_at::DATE BETWEEN $first::DATE AND $last::DATE
        AND NOT coalesce(k.no_fault_found, false)
    GROUP BY k.serial, k.part_id
)
SELECT f.supplier_id, count(DISTINCT f.serial) AS units, count(DISTINCT k.serial) AS claimed,
    count(DISTINCT k.serial) FILTER (k.safety) AS safety
FROM fitted f LEFT JOIN pointing k ON k.serial = f.serial AND k.part_id = f.part_id
GROUP BY f.supplier_id

-- name: readings_by_supplied_lot
-- says: how far readings on units with a lot lie from the target beyond those on units with other suppliers' lots
-- A reading's departure is its distance from the target, or how near it comes to the only limit. It is
-- compared at the same station in the same week, so that what the line does blames nobody.
WITH lots AS (
    SELECT lot_id, part_id, supplier_id, datediff('day', DATE '1970-01-01', received_at::DATE) AS received
    FROM part_lots
    WHERE received_at::DATE BETWEEN $first::DATE AND $last::DATE
        AND ($parts::VARCHAR[] IS NULL OR list_contains($parts::VARCHAR[], part_id))
),
shared AS (
    SELECT part_id FROM lots GROUP BY part_id
    HAVING count(DISTINCT supplier_id) > 1
        AND bool_or($suppliers::VARCHAR[] IS NULL OR list_contains($suppliers::VARCHAR[], supplier_id))
),
read AS (
    SELECT m.characteristic_id, p.part_id, m.station_id, date_trunc('week', m.measured_at) AS week,
        l.supplier_id, l.lot_id, l.received, count(*) AS n,
        sum(CASE WHEN c.target IS NOT NULL THEN abs(m.value - c.target)
            WHEN c.usl IS NOT NULL THEN m.value ELSE -m.value END) AS departure
    FROM measurements m
    JOIN characteristics c ON c.characteristic_id = m.characteristic_id
    JOIN unit_parts p ON p.serial = m.serial
    JOIN lots l ON l.lot_id = p.lot_id
    WHERE p.part_id IN (SELECT part_id FROM shared) AND isfinite(m.value)
        AND (c.target IS NOT NULL OR c.usl IS NOT NULL OR c.lsl IS NOT NULL)
    GROUP BY ALL
),
beside AS (
    SELECT *,
        sum(n) OVER place - sum(n) OVER own AS other_n,
        sum(departure) OVER place - sum(departure) OVER own AS other_departure
    FROM read
    WINDOW place AS (PARTITION BY characteristic_id, part_id, station_id, week),
        own AS (PARTITION BY characteristic_id, part_id, station_id, week, supplier_id)
)
SELECT supplier_id, part_id, characteristic_id, lot_id, received, sum(n)::BIGINT AS readings,
    sum(departure - n * other_departure / other_n) / sum(n) AS departure
FROM beside
WHERE other_n >= 3
    AND ($suppliers::VARCHAR[] IS NULL OR list_contains($suppliers::VARCHAR[], supplier_id))
GROUP BY supplier_id, part_id, characteristic_id, lot_id, received
ORDER BY supplier_id, part_id, characteristic_id, received, lot_id
