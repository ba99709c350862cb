-- name: feedback_matches
-- says: feedback that holds enough of the terms (lower case, NFC), best first by Okapi BM25, k1 1.2, b 0.75
WITH pool AS (
    SELECT feedback_id, received_at, country, language, channel, model_id, rating, hazard_flags, text,
           lower(nfc_normalize(text)) AS words
    FROM feedback
    WHERE text IS NOT NULL
      AND ($countries::VARCHAR[] IS NULL OR list_contains($countries::VARCHAR[], country))
      AND ($languages::VARCHAR[] IS NULL OR list_contains($languages::VARCHAR[], language))
      AND ($models::VARCHAR[] IS NULL OR list_contains($models::VARCHAR[], model_id))
      AND ($channels::VARCHAR[] IS NULL OR list_contains($channels::VARCHAR[], channel))
      AND ($rating_from::INTEGER IS NULL OR rating >= $rating_from::INTEGER)
      AND ($rating_to::INTEGER IS NULL OR rating <= $rating_to::INTEGER)
      AND ($first::DATE IS NULL OR received_at >= $first::DATE)
      AND received_at < $last::DATE + 1
),
hits AS (
    SELECT p.feedback_id, a.term, length(p.words) AS size,
           (length(p.words) - length(replace(p.words, a.term, ''))) / length(a.term) AS times
    FROM pool p, (SELECT unnest($terms::VARCHAR[]) AS term) a
    WHERE contains(p.words, a.term)
),
rarity AS (
    SELECT term, ln(1 + (any_value(total) - count(*) + 0.5) / (count(*) + 0.5)) AS weight
    FROM hits, (SELECT count(*) AS total FROM pool)
    GROUP BY term
),
scores AS (
    SELECT feedback_id, count(*) AS met,
           sum(weight * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * size / mean_size))) AS score
    FROM hits JOIN rarity USING (term), (SELECT avg(length(words)) AS mean_size FROM pool)
    GROUP BY feedback_id
)
SELECT feedback_id, received_at, country, language, channel, model_id, rating, hazard_flags, text,
       round(score, 4) AS score
FROM pool LEFT JOIN scores USING (feedback_id)
WHERE coalesce(met, 0) >= $needed
ORDER BY round(score, 4) DESC NULLS LAST, received_at DESC, feedback_id
LIMIT $most

-- name: feedback_match_counts
-- says: feedback searched, with enough of the terms, and without any text
-- by: language, country, model_id
WITH pool AS (
    SELECT country, language, model_id, text, lower(nfc_normalize(text)) AS words
    FROM feedback
    WHERE ($countries::VARCHAR[] IS NULL OR list_contains($countries::VARCHAR[], country))
      AND ($languages::VARCHAR[] IS NULL OR list_contains($languages::VARCHAR[], language))
      AND ($models::VARCHAR[] IS NULL OR list_contains($models::VARCHAR[], model_id))
      AND ($channels::VARCHAR[] IS NULL OR list_contains($channels::VARCHAR[], channel))
      AND ($rating_from::INTEGER IS NULL OR rating >= $rating_from::INTEGER)
      AND ($rating_to::INTEGER IS NULL OR rating <= $rating_to::INTEGER)
      AND ($first::DATE IS NULL OR received_at >= $first::DATE)
      AND received_at < $last::DATE + 1
)
SELECT {by}, count(text) AS searched, count(*) FILTER (text IS NULL) AS without_text,
       count(text) FILTER (
           len(list_filter($terms::VARCHAR[], lambda term: contains(words, term))) >= $needed
       ) AS matched
FROM pool
GROUP BY {by}
