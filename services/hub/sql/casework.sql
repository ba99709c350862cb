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
-- says: sites that built units of these models, or of all
SELECT DISTINCT site_id FROM units
WHERE site_id IS NOT NULL
    AND ($models::VARCHAR[] IS NULL OR list_contains($models::VARCHAR[], model_id))
ORDER BY site_id

-- name: region_of_country
-- says: the sales region of each market
SELECT country, region FROM markets WHERE region IS NOT NULL ORDER BY country
