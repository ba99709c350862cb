-- What the work on cases needs to know of master data.

-- name: supplier_record
-- says: a supplier as the supplier master knows it, without its address
SELECT supplier_id, name, country, language FROM suppliers WHERE supplier_id = $supplier_id

-- name: supplier_address
-- says: the mail address of a supplier by the supplier master
SELECT contact_email FROM suppliers WHERE supplier_id = $supplier_id

-- name: part_record
-- says: a part number with its name
SELECT part_id, name FROM parts WHERE part_id = $part_id

-- name: building_sites
-- says: every site that built a unit
SELECT DISTINCT site_id FROM units WHERE site_id IS NOT NULL ORDER BY site_id

-- name: holding_sites
-- says: sites that built units of these models or with these lots, or sent such lots on
SELECT DISTINCT site_id FROM (
    SELECT site_id FROM units WHERE list_contains($models::VARCHAR[], model_id)
    UNION ALL
    SELECT from_site AS site_id FROM shipments WHERE list_contains($lots::VARCHAR[], lot_id)
    UNION ALL
    SELECT u.site_id FROM unit_parts AS p INNER JOIN units AS u USING (serial)
    WHERE list_contains($lots::VARCHAR[], p.lot_id)
)
WHERE site_id IS NOT NULL ORDER BY site_id

-- name: part_at_sites
-- says: sites and models that build a part in, from which supplier, and in how many units
SELECT u.site_id, u.model_id, l.supplier_id, count(*) AS units
FROM unit_parts AS p INNER JOIN units AS u USING (serial) LEFT JOIN part_lots AS l USING (lot_id)
WHERE p.part_id = $part_id AND u.site_id IS NOT NULL
GROUP BY ALL ORDER BY ALL

-- name: models_at_sites
-- says: sites that build these models, and how many units
SELECT site_id, model_id, count(*) AS units FROM units
WHERE site_id IS NOT NULL AND list_contains($models::VARCHAR[], model_id)
GROUP BY ALL ORDER BY ALL

-- name: parts_of_supplier
-- says: part numbers that a supplier has delivered
SELECT DISTINCT part_id FROM part_lots
WHERE supplier_id = $supplier_id AND part_id IS NOT NULL ORDER BY part_id

-- name: region_of_country
-- says: the sales region of each market
SELECT country, region FROM markets WHERE region IS NOT NULL ORDER BY country
