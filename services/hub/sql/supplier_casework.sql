-- What the follow-up of suppliers needs: who can be written to, and what is known of suspect lots.

-- name: supplier_reachable
-- says: whether the supplier master has a mail address of a supplier; the address itself is not read
SELECT coalesce(trim(contact_email), '') <> '' AS reachable FROM suppliers
WHERE supplier_id = $supplier_id

-- name: lots_of_part
-- says: lots by number with their part and supplier
SELECT lot_id, part_id, supplier_id FROM part_lots
WHERE list_contains($lots::VARCHAR[], lot_id) ORDER BY lot_id

-- name: supplier_received
-- says: pieces of a part that a supplier delivered and that incoming inspection rejected, in a window
SELECT count(*) AS deliveries, sum(quantity) AS received, sum(rejected_quantity) AS rejected,
    count(rejected_quantity) AS inspected, max(delivered_on) AS last_delivered_on
FROM deliveries
WHERE supplier_id = $supplier_id AND part_id = $part_id
    AND ($lots::VARCHAR[] IS NULL OR list_contains($lots::VARCHAR[], lot_id))
    AND delivered_on > $after

-- name: supplier_built_in
-- says: units that contain a supplier's lots of a part, and those of them with claims of a symptom
WITH built AS (
    SELECT DISTINCT p.serial FROM unit_parts AS p INNER JOIN part_lots AS l USING (lot_id)
    WHERE l.supplier_id = $supplier_id AND l.part_id = $part_id
        AND ($lots::VARCHAR[] IS NULL OR list_contains($lots::VARCHAR[], l.lot_id))
)
SELECT count(*) AS units, count(c.serial) AS failures
FROM built LEFT JOIN (SELECT DISTINCT serial FROM claims WHERE symptom_code = $symptom) AS c
    USING (serial)

-- name: parts_by_source
-- says: parts that a supplier delivered, each with all suppliers that ever did and the last of their days
WITH received AS (
    SELECT part_id, supplier_id, received_at::DATE AS day FROM part_lots
    UNION ALL
    SELECT part_id, supplier_id, delivered_on FROM deliveries
)
SELECT part_id, supplier_id, max(day) AS last_received_on FROM received
WHERE part_id IN (SELECT part_id FROM received WHERE supplier_id = $supplier_id)
    AND supplier_id IS NOT NULL
GROUP BY ALL ORDER BY ALL

-- name: supplier_rejects
-- says: inspected pieces of each part that a supplier delivered in a window, and the rejected ones
SELECT part_id, sum(quantity) AS received, sum(rejected_quantity) AS rejected
FROM deliveries
WHERE supplier_id = $supplier_id AND part_id IS NOT NULL AND rejected_quantity IS NOT NULL
    AND quantity > 0 AND delivered_on > $after AND delivered_on <= $last
GROUP BY part_id ORDER BY part_id
