-- name: triage_new_feedback
-- says: feedback not read by this coder since it came: of these loads (in order of commit), or received after a day
WITH made AS (
    SELECT unnest($load_ids::VARCHAR[]) AS load_id,
        unnest(range(1, len($load_ids::VARCHAR[]) + 1))::INTEGER AS place
),
come AS MATERIALIZED (
    SELECT f.feedback_id, f.received_at, f.country, f.language, f.model_id, f.serial, f.rating,
        f.hazard_flags, f.text, f.author_key, l.place
    FROM feedback f JOIN made l ON l.load_id = f.load_id
    UNION ALL
    SELECT f.feedback_id, f.received_at, f.country, f.language, f.model_id, f.serial, f.rating,
        f.hazard_flags, f.text, f.author_key, 0
    FROM feedback f ANTI JOIN made l ON l.load_id = f.load_id
    WHERE f.received_at >= $after::DATE + 1
),
read_since AS (
    SELECT c.feedback_id FROM feedback_codes c JOIN made l ON l.load_id = c.load_id
        JOIN come n ON n.feedback_id = c.feedback_id
    WHERE c.coder = $coder AND l.place > n.place AND c.load_id IS DISTINCT FROM $own_load
    UNION ALL
    SELECT c.feedback_id FROM feedback_codes c
        SEMI JOIN (SELECT feedback_id FROM come WHERE place = 0) n ON n.feedback_id = c.feedback_id
    WHERE c.coder = $coder AND c.load_id IS DISTINCT FROM $own_load
)
SELECT feedback_id, epoch_us(received_at) AS received, country, language, model_id, serial,
    coalesce(rating, -1) AS rating, hazard_flags, text, author_key
FROM come ANTI JOIN read_since USING (feedback_id)
ORDER BY received, feedback_id

-- name: triage_new_claims
-- says: claims of these loads, or reported after a day (count)
SELECT
    (SELECT count(*) FROM claims SEMI JOIN (SELECT unnest($load_ids::VARCHAR[]) AS load_id) l
        ON l.load_id = claims.load_id)
    + (SELECT count(*) FROM claims ANTI JOIN (SELECT unnest($load_ids::VARCHAR[]) AS load_id) l
        ON l.load_id = claims.load_id WHERE reported_at >= $after::DATE + 1) AS claims

-- name: triage_neighbours
-- says: feedback of a time that may tell of an event of new pieces: by author, by unit, or by model where an author is not known
WITH near AS MATERIALIZED (
    SELECT feedback_id, received_at, model_id, serial, text, author_key
    FROM feedback
    WHERE received_at >= make_timestamptz($first::BIGINT)
        AND received_at <= make_timestamptz($last::BIGINT)
        AND (author_key IN (SELECT unnest(string_split($authors, chr(31))))
            OR serial IN (SELECT unnest(string_split($serials, chr(31))))
            OR (author_key IS NULL
                AND coalesce(model_id, '') IN (SELECT unnest(string_split($model_ids, chr(31)))))
            OR coalesce(model_id, '') IN (SELECT unnest(string_split($silent_models, chr(31)))))
),
told AS (
    SELECT c.feedback_id, list(DISTINCT c.symptom_code) AS symptoms
    FROM feedback_codes c SEMI JOIN near n ON n.feedback_id = c.feedback_id
    WHERE c.coded_at >= make_timestamptz($first::BIGINT)  -- nothing is coded before it comes
        AND c.severity IS NOT NULL AND NOT c.negated AND NOT c.hypothetical
    GROUP BY c.feedback_id
),
linked AS (
    SELECT DISTINCT k.feedback_id
    FROM feedback_links k SEMI JOIN near n ON n.feedback_id = k.feedback_id
)
SELECT n.feedback_id, epoch_us(n.received_at) AS received, n.model_id, n.serial, n.text,
    n.author_key, array_to_string(t.symptoms, ' ') AS symptoms,
    k.feedback_id IS NOT NULL AS linked
FROM near n LEFT JOIN told t ON t.feedback_id = n.feedback_id
    LEFT JOIN linked k ON k.feedback_id = n.feedback_id
ORDER BY received, n.feedback_id

-- name: triage_danger_claims
-- says: claims of these loads, or reported after a day, whose symptom is safety-critical and was not found to be none
SELECT c.claim_id, epoch_us(coalesce(c.reported_at, c.failed_at)) AS reported, c.model_id,
    c.country, c.serial, c.symptom_code, c.finding
FROM claims c
    LEFT JOIN (SELECT unnest($load_ids::VARCHAR[]) AS load_id) l ON l.load_id = c.load_id
WHERE list_contains($codes::VARCHAR[], c.symptom_code)
    AND NOT coalesce(c.no_fault_found, false)
    AND coalesce(c.reported_at, c.failed_at) IS NOT NULL
    AND (l.load_id IS NOT NULL OR c.reported_at >= $after::DATE + 1)
ORDER BY reported DESC, c.claim_id
