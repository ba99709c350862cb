-- name: received_lots
-- says: received lots by id, part, supplier and window of receipt, with their deliveries and rejects
SELECT l.lot_id, l.part_id, p.name AS part_name, l.supplier_id, s.name AS supplier_name,
    s.country AS supplier_country, l.received_at, l.quantity, d.deliveries, d.delivered_quantity,
    d.rejected_quantity, d.promised_on, d.delivered_on
FROM part_lots l
LEFT JOIN parts p ON p.part_id = l.part_id
LEFT JOIN suppliers s ON s.supplier_id = l.supplier_id
LEFT JOIN (
    SELECT lot_id, count(*) AS deliveries, sum(quantity)::BIGINT AS delivered_quantity,
        sum(rejected_quantity)::BIGINT AS rejected_quantity, min(promised_on) AS promised_on,
        max(delivered_on) AS delivered_on
    FROM deliveries GROUP BY lot_id
) d ON d.lot_id = l.lot_id
WHERE ($lots::VARCHAR[] IS NULL OR list_contains($lots::VARCHAR[], l.lot_id))
    AND ($parts::VARCHAR[] IS NULL OR list_contains($parts::VARCHAR[], l.part_id))
    AND ($suppliers::VARCHAR[] IS NULL OR list_contains($suppliers::VARCHAR[], l.supplier_id))
    AND ($received_from::DATE IS NULL OR l.received_at >= $received_from::DATE)
    AND ($received_to::DATE IS NULL OR l.received_at < $received_to::DATE + 1)
ORDER BY l.received_at, l.lot_id
LIMIT $most

-- name: sister_lots
-- says: lots of the same part and supplier received nearest in time to the given lots
SELECT n.lot_id, any_value(n.part_id) AS part_id, any_value(n.supplier_id) AS supplier_id,
    any_value(n.received_at) AS received_at, any_value(n.quantity) AS quantity,
    min(abs(epoch(n.received_at) - epoch(l.received_at)) / 86400) AS days_apart
FROM part_lots l
JOIN part_lots n ON n.part_id = l.part_id AND n.supplier_id = l.supplier_id
WHERE l.lot_id IN (SELECT unnest($lots::VARCHAR[]))
    AND n.lot_id NOT IN (SELECT unnest($lots::VARCHAR[]))
    AND n.received_at BETWEEN l.received_at - to_days($days::INTEGER)
        AND l.received_at + to_days($days::INTEGER)
GROUP BY n.lot_id
ORDER BY days_apart, n.lot_id
LIMIT $most

-- name: units_of_lots
-- says: units built from the given lots, as one row: by lot, by line, by country, and the serials
WITH wanted AS (SELECT unnest($lots::VARCHAR[]) AS lot_id),
pieces AS MATERIALIZED (
    SELECT serial, lot_id FROM unit_parts WHERE lot_id IN (SELECT lot_id FROM wanted)
),
found AS MATERIALIZED (SELECT DISTINCT serial FROM pieces),
moved AS (
    SELECT serial, last(status ORDER BY "at", shipment_id) AS status,
        last(to_country ORDER BY "at", shipment_id) AS to_country
    FROM shipments WHERE serial IN (SELECT serial FROM found) GROUP BY serial
),
placed AS MATERIALIZED (
    SELECT f.serial, u.model_id, u.site_id, u.line_id, u.built_at,
        coalesce(CASE WHEN u.sold_on IS NOT NULL THEN u.country END, m.to_country, u.country)
            AS country,
        CASE WHEN u.sold_on IS NOT NULL THEN 'sold' ELSE coalesce(m.status, 'not_recorded') END
            AS state
    FROM found f
    LEFT JOIN units u ON u.serial = f.serial
    LEFT JOIN moved m ON m.serial = f.serial
),
claimed AS (
    SELECT p.country, count(*) AS claims, count(DISTINCT k.serial) AS units_with_claim
    FROM claims k JOIN placed p ON p.serial = k.serial GROUP BY p.country
),
said AS (
    SELECT p.country, count(*) AS feedback
    FROM feedback f JOIN placed p ON p.serial = f.serial GROUP BY p.country
),
by_line AS (
    SELECT model_id, site_id, line_id, count(*) AS units, min(built_at) AS first_built,
        max(built_at) AS last_built
    FROM placed GROUP BY model_id, site_id, line_id
),
by_country AS (
    SELECT p.country, count(*) AS units, count(*) FILTER (WHERE state = 'stock') AS stock,
        count(*) FILTER (WHERE state = 'in_transit') AS in_transit,
        count(*) FILTER (WHERE state = 'sold') AS sold,
        count(*) FILTER (WHERE state = 'not_recorded') AS not_recorded,
        coalesce(any_value(k.claims), 0) AS claims,
        coalesce(any_value(k.units_with_claim), 0) AS units_with_claim,
        coalesce(any_value(s.feedback), 0) AS feedback
    FROM placed p
    LEFT JOIN claimed k ON k.country IS NOT DISTINCT FROM p.country
    LEFT JOIN said s ON s.country IS NOT DISTINCT FROM p.country
    GROUP BY p.country
)
SELECT (SELECT count(*) FROM found) AS units,
    (SELECT list({'lot_id': lot_id, 'units': n} ORDER BY lot_id)
     FROM (SELECT lot_id, count(DISTINCT serial) AS n FROM pieces GROUP BY lot_id)) AS by_lot,
    (SELECT list(b ORDER BY units DESC, model_id, site_id, line_id) FROM by_line b) AS by_line,
    (SELECT list(c ORDER BY units DESC, country) FROM by_country c) AS by_country,
    (SELECT list(s ORDER BY serial)
     FROM (SELECT * FROM placed ORDER BY serial LIMIT $serial_limit) s) AS serials

-- name: moves_of_lots
-- says: shipments of the lots themselves, as parts
SELECT shipment_id, lot_id, "at" AS shipped_at, from_site, to_country, status
FROM shipments
WHERE lot_id IN (SELECT unnest($lots::VARCHAR[]))
ORDER BY "at", shipment_id
LIMIT $most
