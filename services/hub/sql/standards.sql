-- What the standards library needs to know of our products: what they are, and where they are sold.

-- name: features_of_model
-- says: family of a model, with each of its recorded features
SELECT m.family AS family, f.feature AS feature, f.value AS value, f.unit AS unit
FROM models m LEFT JOIN model_features f ON f.model_id = m.model_id
WHERE m.model_id = $model
ORDER BY feature

-- name: models_sold_in
-- says: models and the countries where units of them were sold, with how many
SELECT m.model_id AS model_id, u.country AS country, count(*) AS units
FROM models m JOIN units u ON u.model_id = m.model_id
WHERE u.country IS NOT NULL AND ($models::VARCHAR[] IS NULL OR list_contains($models::VARCHAR[], m.model_id))
GROUP BY ALL ORDER BY ALL
