-- What a suspect condition reaches: lots and units that meet it, and those of which too little is recorded to tell.
-- A test on a fact that is not recorded gives NULL, so AND over all tests is TRUE: certain, NULL: possible, FALSE: out.

-- name: recall_lots
-- says: lots that meet lot, part, supplier and window of receipt, or may because a fact is not recorded; with refused pieces
SELECT l.lot_id, l.part_id, l.supplier_id, l.received_at, l.quantity, d.rejected_quantity,
    fits IS NOT NULL AS certain
FROM (
    SELECT *, ($parts::VARCHAR[] IS NULL
            OR CASE WHEN part_id IS NOT NULL THEN list_contains($parts::VARCHAR[], part_id) END)
        AND ($suppliers::VARCHAR[] IS NULL
            OR CASE WHEN supplier_id IS NOT NULL THEN list_contains($suppliers::VARCHAR[], supplier_id) END)
        AND ($received_from::DATE IS NULL OR received_at >= $received_from::DATE)
        AND ($received_to::DATE IS NULL OR received_at < $received_to::DATE + 1) AS fits
    FROM part_lots
    WHERE $lots::VARCHAR[] IS NULL OR list_contains($lots::VARCHAR[], lot_id)
) l
LEFT JOIN (
    SELECT lot_id, sum(rejected_quantity)::BIGINT AS rejected_quantity FROM deliveries GROUP BY lot_id
) d ON d.lot_id = l.lot_id
WHERE fits IS DISTINCT FROM false
ORDER BY l.received_at, l.lot_id
LIMIT $most

-- name: recall_units
-- says: units that meet a condition or may, as one row: counts by certainty, place, model and state, pieces by lot, serials
WITH suspects AS (
    SELECT unnest($lots::VARCHAR[]) AS lot_id, unnest($lots_certain::BOOLEAN[]) AS certain
),
suspect_parts AS (SELECT unnest($lot_parts::VARCHAR[]) AS part_id),
pieces AS MATERIALIZED (
    SELECT g.serial, s.lot_id, s.certain, p.part_id IS NOT NULL AS of_part
    FROM unit_parts g
    LEFT JOIN suspects s ON s.lot_id = g.lot_id
    LEFT JOIN suspect_parts p ON p.part_id = g.part_id
    WHERE $material AND (s.lot_id IS NOT NULL OR p.part_id IS NOT NULL)
),
carried AS (
    SELECT serial, bool_or(certain) AS certain, count(lot_id) > 0 AS suspect,
        count(*) FILTER (of_part) AS traced
    FROM pieces GROUP BY serial
),
known AS MATERIALIZED (
    SELECT u.serial, u.model_id, u.site_id, u.line_id, u.shift, u.built_at, u.country, u.sold_on,
        c.certain, c.suspect, coalesce(c.traced, 0) AS traced
    FROM units u LEFT JOIN carried c ON c.serial = u.serial
),
model_parts AS MATERIALIZED (SELECT model_id, max(traced) AS parts FROM known GROUP BY model_id),
recorded_models AS (
    SELECT DISTINCT k.model_id
    FROM unit_parts g JOIN known k ON k.serial = g.serial
    WHERE $material AND k.model_id IN (SELECT model_id FROM model_parts WHERE parts = 0)
),
may_carry AS (
    SELECT m.model_id, CASE WHEN m.parts > 0 THEN m.parts
        WHEN r.model_id IS NULL OR (SELECT max(parts) FROM model_parts) = 0 THEN 1 ELSE 0 END AS parts
    FROM model_parts m LEFT JOIN recorded_models r ON r.model_id = m.model_id
),
wanted_values AS (
    SELECT unnest($characteristics::VARCHAR[]) AS characteristic_id,
        unnest($lows::BOOLEAN[]) AS low, unnest($thresholds::DOUBLE[]) AS threshold
),
measured AS (
    SELECT serial, count(*) AS seen, count(*) FILTER (met) AS met
    FROM (
        SELECT m.serial, bool_or(CASE WHEN w.low THEN m.value < w.threshold ELSE m.value > w.threshold END) AS met
        FROM measurements m JOIN wanted_values w ON w.characteristic_id = m.characteristic_id
        GROUP BY m.serial, w.characteristic_id, w.low, w.threshold
    ) GROUP BY serial
),
held AS (
    SELECT serial, bool_or(value = $attribute_value) AS met
    FROM unit_attributes WHERE name = $attribute GROUP BY serial
),
judged AS (
    SELECT k.*, ($sites::VARCHAR[] IS NULL OR CASE WHEN k.site_id IS NOT NULL THEN list_contains($sites::VARCHAR[], k.site_id) END)
        AND ($lines::VARCHAR[] IS NULL OR CASE WHEN k.line_id IS NOT NULL THEN list_contains($lines::VARCHAR[], k.line_id) END)
        AND ($shifts::VARCHAR[] IS NULL OR CASE WHEN k.shift IS NOT NULL THEN list_contains($shifts::VARCHAR[], k.shift) END)
        AND ($models::VARCHAR[] IS NULL OR list_contains($models::VARCHAR[], k.model_id))
        AND ($built_from::DATE IS NULL OR k.built_at >= $built_from::DATE)
        AND ($built_to::DATE IS NULL OR k.built_at < $built_to::DATE + 1)
        AND (len($characteristics::VARCHAR[]) = 0 OR CASE WHEN v.met = len($characteristics::VARCHAR[]) THEN true
            WHEN v.seen > v.met THEN false END)
        AND ($attribute IS NULL OR h.met)
        AND CASE WHEN NOT $material OR k.certain THEN true WHEN k.suspect THEN NULL
            WHEN k.traced >= c.parts OR k.built_at < $earliest::TIMESTAMPTZ THEN false END AS fits
    FROM known k
    JOIN may_carry c ON c.model_id = k.model_id
    LEFT JOIN measured v ON v.serial = k.serial
    LEFT JOIN held h ON h.serial = k.serial
),
chosen AS MATERIALIZED (SELECT * FROM judged WHERE fits IS DISTINCT FROM false),
moved AS (
    SELECT serial, last(status ORDER BY "at", shipment_id) AS status,
        last(to_country ORDER BY "at", shipment_id) AS to_country
    FROM shipments WHERE serial IN (SELECT serial FROM chosen) GROUP BY serial
),
located AS (
    SELECT c.serial, c.model_id, c.site_id, c.line_id, c.built_at, c.fits,
        coalesce(CASE WHEN c.sold_on IS NOT NULL THEN c.country END, m.to_country, c.country) AS country,
        CASE WHEN c.sold_on IS NOT NULL THEN 'sold' ELSE coalesce(m.status, 'not_recorded') END AS state
    FROM chosen c LEFT JOIN moved m ON m.serial = c.serial
),
placed AS MATERIALIZED (
    SELECT serial, model_id, site_id, line_id, built_at, country, state, fits IS NOT NULL AND
        ($countries::VARCHAR[] IS NULL OR country IS NOT NULL) AS certain
    FROM located
    WHERE $countries::VARCHAR[] IS NULL OR country IS NULL OR list_contains($countries::VARCHAR[], country)
),
cells AS (
    SELECT certain, country, model_id, state, count(*) AS units, min(built_at) AS first_built, max(built_at) AS last_built,
        count(*) FILTER (built_at < $earliest::TIMESTAMPTZ) AS before_receipt
    FROM placed GROUP BY certain, country, model_id, state
),
listed AS (SELECT * FROM placed WHERE $after::VARCHAR IS NULL OR serial > $after ORDER BY serial LIMIT $most_serials)
SELECT (SELECT list(c ORDER BY country, model_id, state, certain) FROM cells c) AS cells,
    (SELECT list({'lot_id': lot_id, 'units': n} ORDER BY lot_id)
     FROM (SELECT lot_id, count(DISTINCT serial) AS n FROM pieces WHERE lot_id IS NOT NULL GROUP BY lot_id)) AS built_in,
    (SELECT list(l ORDER BY serial) FROM (
        SELECT l.*, p.lots FROM listed l LEFT JOIN (
            SELECT serial, string_agg(lot_id, ' ' ORDER BY lot_id) AS lots FROM pieces
            WHERE lot_id IS NOT NULL AND serial IN (SELECT serial FROM listed) GROUP BY serial
        ) p ON p.serial = l.serial) l) AS serials

-- name: recall_attributes
-- says: names of unit attributes, and the values of the named one
SELECT DISTINCT name, CASE WHEN name = $attribute THEN value END AS value
FROM unit_attributes WHERE name IS NOT NULL ORDER BY ALL LIMIT 1000

-- name: recall_markets
-- says: countries that the reader answers for
SELECT country FROM markets ORDER BY country
