-- name: recorded_changes
-- says: process changes of a window, with those that name no site, line or model, for they concern all
SELECT change_id, effective_at, site_id, line_id, model_id, kind, description
FROM process_changes
WHERE (effective_at IS NULL OR (effective_at >= $first::DATE AND effective_at < $last::DATE + 1))
  AND ($sites::VARCHAR[] IS NULL OR site_id IS NULL OR list_contains($sites::VARCHAR[], site_id))
  AND ($lines::VARCHAR[] IS NULL OR line_id IS NULL OR list_contains($lines::VARCHAR[], line_id))
  AND ($models::VARCHAR[] IS NULL OR model_id IS NULL OR list_contains($models::VARCHAR[], model_id))
  AND ($kinds::VARCHAR[] IS NULL OR list_contains($kinds::VARCHAR[], kind))
ORDER BY effective_at, change_id

-- name: first_attribute_values
-- says: when a model's units first bore a new value of an attribute that had another value before
WITH seen AS (
    SELECT a.name, a.value, u.model_id, min(a.valid_from) AS first_at, count(DISTINCT a.serial) AS units
    FROM unit_attributes a JOIN units u ON u.serial = a.serial
    WHERE a.value IS NOT NULL
      AND ($sites::VARCHAR[] IS NULL OR list_contains($sites::VARCHAR[], u.site_id))
      AND ($lines::VARCHAR[] IS NULL OR list_contains($lines::VARCHAR[], u.line_id))
      AND ($models::VARCHAR[] IS NULL OR list_contains($models::VARCHAR[], u.model_id))
    GROUP BY a.name, a.value, u.model_id
),
placed AS (
    SELECT *, row_number() OVER (PARTITION BY name, model_id ORDER BY first_at, value) AS place,
           count(*) OVER (PARTITION BY name, model_id) AS distinct_values
    FROM seen
)
SELECT name, value, model_id, first_at, units
FROM placed
WHERE place > 1 AND distinct_values <= $most_values
  AND first_at >= $first::DATE AND first_at < $last::DATE + 1
ORDER BY first_at, name, value, model_id

-- name: first_receipts
-- says: when a part was first received from a supplier while it came from another one before
WITH seen AS (
    SELECT part_id, supplier_id, arg_min(lot_id, (received_at, lot_id)) AS lot_id,
           min(received_at) AS first_at
    FROM part_lots WHERE supplier_id IS NOT NULL AND received_at IS NOT NULL
    GROUP BY part_id, supplier_id
),
placed AS (
    SELECT *, row_number() OVER (PARTITION BY part_id ORDER BY first_at, supplier_id) AS place FROM seen
)
SELECT part_id, supplier_id, lot_id, first_at
FROM placed
WHERE place > 1 AND first_at >= $first::DATE AND first_at < $last::DATE + 1
ORDER BY first_at, part_id, supplier_id
