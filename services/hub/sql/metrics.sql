-- Numerators and denominators of the metrics in tools/production/metrics.py. A row counts in each slice
-- of time that it falls into; rows of no slice stay (period is null), so that what was left out is counted.
-- Columns excluded_* are rows left out by rule.

-- name: units_in_service
-- says: units sold by the end of a slice, and the months that they were in service within it
-- by: period, country, region, model_id, family, site_id, line_id, shift
WITH slices AS (
    SELECT unnest($starts::DATE[]) AS starts, unnest($ends::DATE[]) AS ends,
           unnest($labels::VARCHAR[]) AS period
),
fleet AS (
    SELECT u.sold_on, u.country, k.region, u.model_id, m.family, u.site_id, u.line_id, u.shift
    FROM units u
    LEFT JOIN models m ON m.model_id = u.model_id
    LEFT JOIN markets k ON k.country = u.country
    WHERE ($all_markets OR k.country IS NOT NULL)
      AND ($country::VARCHAR[] IS NULL OR list_contains($country::VARCHAR[], u.country))
      AND ($region::VARCHAR[] IS NULL OR list_contains($region::VARCHAR[], k.region))
      AND ($model_id::VARCHAR[] IS NULL OR list_contains($model_id::VARCHAR[], u.model_id))
      AND ($family::VARCHAR[] IS NULL OR list_contains($family::VARCHAR[], m.family))
      AND ($site_id::VARCHAR[] IS NULL OR list_contains($site_id::VARCHAR[], u.site_id))
      AND ($line_id::VARCHAR[] IS NULL OR list_contains($line_id::VARCHAR[], u.line_id))
      AND ($shift::VARCHAR[] IS NULL OR list_contains($shift::VARCHAR[], u.shift))
)
SELECT {by}, count(*) FILTER (period IS NOT NULL) AS units, min(sold_on) AS first_on,
       sum(greatest(0, ends - greatest(starts, sold_on) + 1)) / 30.4375 AS unit_months,
       count(*) FILTER (sold_on IS NULL) AS excluded_units_unsold_or_without_sale_date
FROM fleet LEFT JOIN slices ON sold_on <= ends
GROUP BY {by}

-- name: claims_in_service
-- says: claims on units in service, by the day of report; the unit's own country and model count
-- by: period, country, region, model_id, family, site_id, line_id, shift, symptom_code, part_id
WITH slices AS (
    SELECT unnest($starts::DATE[]) AS starts, unnest($ends::DATE[]) AS ends,
           unnest($labels::VARCHAR[]) AS period
),
reported AS (
    SELECT c.serial, c.symptom_code, c.part_id, c.no_fault_found, c.reported_at::DATE AS day,
           u.serial IS NOT NULL AS known, u.sold_on, coalesce(u.country, c.country) AS country, k.region,
           coalesce(u.model_id, c.model_id) AS model_id, m.family, u.site_id, u.line_id, u.shift
    FROM claims c
    LEFT JOIN units u ON u.serial = c.serial
    LEFT JOIN models m ON m.model_id = coalesce(u.model_id, c.model_id)
    LEFT JOIN markets k ON k.country = coalesce(u.country, c.country)
    WHERE ($all_markets OR k.country IS NOT NULL)
      AND ($country::VARCHAR[] IS NULL OR list_contains($country::VARCHAR[], coalesce(u.country, c.country)))
      AND ($region::VARCHAR[] IS NULL OR list_contains($region::VARCHAR[], k.region))
      AND ($model_id::VARCHAR[] IS NULL OR list_contains($model_id::VARCHAR[], coalesce(u.model_id, c.model_id)))
      AND ($family::VARCHAR[] IS NULL OR list_contains($family::VARCHAR[], m.family))
      AND ($site_id::VARCHAR[] IS NULL OR list_contains($site_id::VARCHAR[], u.site_id))
      AND ($line_id::VARCHAR[] IS NULL OR list_contains($line_id::VARCHAR[], u.line_id))
      AND ($shift::VARCHAR[] IS NULL OR list_contains($shift::VARCHAR[], u.shift))
      AND ($symptom_code::VARCHAR[] IS NULL OR list_contains($symptom_code::VARCHAR[], c.symptom_code))
      AND ($part_id::VARCHAR[] IS NULL OR list_contains($part_id::VARCHAR[], c.part_id))
),
judged AS (
    SELECT *, period IS NOT NULL AND known AND sold_on <= day AS counted
    FROM reported LEFT JOIN slices ON day BETWEEN starts AND ends
)
SELECT {by}, count(*) FILTER (counted) AS claims, min(day) FILTER (counted) AS first_on,
       count(DISTINCT serial) FILTER (counted) AS units_claimed,
       count(*) FILTER (day IS NULL) AS excluded_claims_without_report_date,
       count(*) FILTER (period IS NOT NULL AND NOT known) AS excluded_claims_without_known_unit,
       count(*) FILTER (period IS NOT NULL AND known AND sold_on IS NULL)
           AS excluded_claims_of_units_without_sale_date,
       count(*) FILTER (period IS NOT NULL AND sold_on > day) AS excluded_claims_before_sale
FROM judged
GROUP BY {by}

-- name: claims_examined
-- says: claims whose unit was examined, and those without a fault found, by the day of report
-- by: period, country, region, model_id, family, site_id, line_id, shift, symptom_code, part_id
WITH slices AS (
    SELECT unnest($starts::DATE[]) AS starts, unnest($ends::DATE[]) AS ends,
           unnest($labels::VARCHAR[]) AS period
),
reported AS (
    SELECT c.serial, c.symptom_code, c.part_id, c.no_fault_found, c.reported_at::DATE AS day,
           u.serial IS NOT NULL AS known, u.sold_on, coalesce(u.country, c.country) AS country, k.region,
           coalesce(u.model_id, c.model_id) AS model_id, m.family, u.site_id, u.line_id, u.shift
    FROM claims c
    LEFT JOIN units u ON u.serial = c.serial
    LEFT JOIN models m ON m.model_id = coalesce(u.model_id, c.model_id)
    LEFT JOIN markets k ON k.country = coalesce(u.country, c.country)
    WHERE ($all_markets OR k.country IS NOT NULL)
      AND ($country::VARCHAR[] IS NULL OR list_contains($country::VARCHAR[], coalesce(u.country, c.country)))
      AND ($region::VARCHAR[] IS NULL OR list_contains($region::VARCHAR[], k.region))
      AND ($model_id::VARCHAR[] IS NULL OR list_contains($model_id::VARCHAR[], coalesce(u.model_id, c.model_id)))
      AND ($family::VARCHAR[] IS NULL OR list_contains($family::VARCHAR[], m.family))
      AND ($site_id::VARCHAR[] IS NULL OR list_contains($site_id::VARCHAR[], u.site_id))
      AND ($line_id::VARCHAR[] IS NULL OR list_contains($line_id::VARCHAR[], u.line_id))
      AND ($shift::VARCHAR[] IS NULL OR list_contains($shift::VARCHAR[], u.shift))
      AND ($symptom_code::VARCHAR[] IS NULL OR list_contains($symptom_code::VARCHAR[], c.symptom_code))
      AND ($part_id::VARCHAR[] IS NULL OR list_contains($part_id::VARCHAR[], c.part_id))
)
SELECT {by}, count(no_fault_found) FILTER (period IS NOT NULL) AS examined,
       count(*) FILTER (period IS NOT NULL AND no_fault_found) AS without_fault,
       min(day) FILTER (period IS NOT NULL) AS first_on,
       count(*) FILTER (day IS NULL) AS excluded_claims_without_report_date,
       count(*) FILTER (period IS NOT NULL AND no_fault_found IS NULL) AS excluded_claims_not_examined
FROM reported LEFT JOIN slices ON day BETWEEN starts AND ends
GROUP BY {by}

-- name: feedback_received
-- says: pieces of feedback, and the different authors they come from, by the day of receipt
-- by: period, country, region, model_id, family, language, channel
WITH slices AS (
    SELECT unnest($starts::DATE[]) AS starts, unnest($ends::DATE[]) AS ends,
           unnest($labels::VARCHAR[]) AS period
),
received AS (
    SELECT f.received_at::DATE AS day, coalesce(f.author_key, f.feedback_id) AS author, f.country, k.region,
           coalesce(f.model_id, u.model_id) AS model_id, m.family, f.language, f.channel
    FROM feedback f
    LEFT JOIN units u ON u.serial = f.serial
    LEFT JOIN models m ON m.model_id = coalesce(f.model_id, u.model_id)
    LEFT JOIN markets k ON k.country = f.country
    WHERE ($country::VARCHAR[] IS NULL OR list_contains($country::VARCHAR[], f.country))
      AND ($region::VARCHAR[] IS NULL OR list_contains($region::VARCHAR[], k.region))
      AND ($model_id::VARCHAR[] IS NULL OR list_contains($model_id::VARCHAR[], coalesce(f.model_id, u.model_id)))
      AND ($family::VARCHAR[] IS NULL OR list_contains($family::VARCHAR[], m.family))
      AND ($language::VARCHAR[] IS NULL OR list_contains($language::VARCHAR[], f.language))
      AND ($channel::VARCHAR[] IS NULL OR list_contains($channel::VARCHAR[], f.channel))
)
SELECT {by}, count(*) FILTER (period IS NOT NULL) AS feedback, min(day) FILTER (period IS NOT NULL) AS first_on,
       count(DISTINCT author) FILTER (period IS NOT NULL) AS authors
FROM received LEFT JOIN slices ON day BETWEEN starts AND ends
GROUP BY {by}

-- name: first_inspections
-- says: first inspection of each unit at each station, passed or not, by its day
-- by: period, region, site_id, line_id, shift, station_id, model_id, family
WITH slices AS (
    SELECT unnest($starts::DATE[]) AS starts, unnest($ends::DATE[]) AS ends,
           unnest($labels::VARCHAR[]) AS period
),
firsts AS (
    SELECT serial, station_id, min(inspected_at)::DATE AS day,
           arg_min(coalesce(lower(result), ''), (inspected_at, inspection_id)) AS result
    FROM inspections WHERE inspected_at IS NOT NULL
    GROUP BY serial, station_id
),
seen AS (
    SELECT i.day, i.station_id, i.result, u.model_id, m.family, u.site_id, s.region, u.line_id, u.shift
    FROM firsts i JOIN units u ON u.serial = i.serial
    LEFT JOIN models m ON m.model_id = u.model_id
    LEFT JOIN sites s ON s.site_id = u.site_id
    WHERE ($station_id::VARCHAR[] IS NULL OR list_contains($station_id::VARCHAR[], i.station_id))
      AND ($model_id::VARCHAR[] IS NULL OR list_contains($model_id::VARCHAR[], u.model_id))
      AND ($family::VARCHAR[] IS NULL OR list_contains($family::VARCHAR[], m.family))
      AND ($site_id::VARCHAR[] IS NULL OR list_contains($site_id::VARCHAR[], u.site_id))
      AND ($region::VARCHAR[] IS NULL OR list_contains($region::VARCHAR[], s.region))
      AND ($line_id::VARCHAR[] IS NULL OR list_contains($line_id::VARCHAR[], u.line_id))
      AND ($shift::VARCHAR[] IS NULL OR list_contains($shift::VARCHAR[], u.shift))
),
judged AS (
    SELECT *, result IN ('pass', 'passed', 'ok', 'good', 'accept', 'accepted') AS passed,
           coalesce(result IN ('pass', 'passed', 'ok', 'good', 'accept', 'accepted', 'fail', 'failed', 'ng', 'nok', 'bad', 'reject', 'rejected'), false) AS verdict
    FROM seen LEFT JOIN slices ON day BETWEEN starts AND ends
)
SELECT {by}, count(*) FILTER (period IS NOT NULL AND verdict) AS inspected,
       count(*) FILTER (period IS NOT NULL AND passed) AS passed,
       min(day) FILTER (period IS NOT NULL) AS first_on,
       count(*) FILTER (period IS NOT NULL AND NOT verdict)
           AS excluded_inspections_without_verdict
FROM judged
GROUP BY {by}

-- name: inspections_judged
-- says: inspections, repeats too, and those that failed, by their day
-- by: period, region, site_id, line_id, shift, station_id, method, model_id, family, defect_code
WITH slices AS (
    SELECT unnest($starts::DATE[]) AS starts, unnest($ends::DATE[]) AS ends,
           unnest($labels::VARCHAR[]) AS period
),
seen AS (
    SELECT i.inspected_at::DATE AS day, lower(i.result) AS result, i.station_id, i.method, i.defect_code,
           u.model_id, m.family, u.site_id, s.region, u.line_id, u.shift
    FROM inspections i JOIN units u ON u.serial = i.serial
    LEFT JOIN models m ON m.model_id = u.model_id
    LEFT JOIN sites s ON s.site_id = u.site_id
    WHERE ($station_id::VARCHAR[] IS NULL OR list_contains($station_id::VARCHAR[], i.station_id))
      AND ($method::VARCHAR[] IS NULL OR list_contains($method::VARCHAR[], i.method))
      AND ($model_id::VARCHAR[] IS NULL OR list_contains($model_id::VARCHAR[], u.model_id))
      AND ($family::VARCHAR[] IS NULL OR list_contains($family::VARCHAR[], m.family))
      AND ($site_id::VARCHAR[] IS NULL OR list_contains($site_id::VARCHAR[], u.site_id))
      AND ($region::VARCHAR[] IS NULL OR list_contains($region::VARCHAR[], s.region))
      AND ($line_id::VARCHAR[] IS NULL OR list_contains($line_id::VARCHAR[], u.line_id))
      AND ($shift::VARCHAR[] IS NULL OR list_contains($shift::VARCHAR[], u.shift))
      AND ($defect_code::VARCHAR[] IS NULL OR list_contains($defect_code::VARCHAR[], i.defect_code))
),
judged AS (
    SELECT *, coalesce(result IN ('fail', 'failed', 'ng', 'nok', 'bad', 'reject', 'rejected'), false) AS failed,
           coalesce(result IN ('pass', 'passed', 'ok', 'good', 'accept', 'accepted', 'fail', 'failed', 'ng', 'nok', 'bad', 'reject', 'rejected'), false) AS verdict
    FROM seen LEFT JOIN slices ON day BETWEEN starts AND ends
)
SELECT {by}, count(*) FILTER (period IS NOT NULL AND verdict) AS inspected,
       count(*) FILTER (period IS NOT NULL AND failed) AS failed,
       min(day) FILTER (period IS NOT NULL) AS first_on,
       count(*) FILTER (day IS NULL) AS excluded_inspections_without_date,
       count(*) FILTER (period IS NOT NULL AND NOT verdict)
           AS excluded_inspections_without_verdict
FROM judged
GROUP BY {by}

-- name: deliveries_made
-- says: pieces received and rejected, deliveries made and made in time, by the day of delivery
-- by: period, supplier_id, part_id
WITH slices AS (
    SELECT unnest($starts::DATE[]) AS starts, unnest($ends::DATE[]) AS ends,
           unnest($labels::VARCHAR[]) AS period
),
judged AS (
    SELECT d.*, s.period, s.period IS NOT NULL AS made,
           coalesce(d.quantity > 0 AND d.rejected_quantity <= d.quantity, false) AS inspected
    FROM deliveries d LEFT JOIN slices s ON d.delivered_on BETWEEN s.starts AND s.ends
    WHERE ($supplier_id::VARCHAR[] IS NULL OR list_contains($supplier_id::VARCHAR[], d.supplier_id))
      AND ($part_id::VARCHAR[] IS NULL OR list_contains($part_id::VARCHAR[], d.part_id))
)
SELECT {by}, min(delivered_on) FILTER (made) AS first_on,
       coalesce(sum(quantity) FILTER (made AND inspected), 0)::BIGINT AS received,
       coalesce(sum(rejected_quantity) FILTER (made AND inspected), 0)::BIGINT AS rejected,
       count(*) FILTER (made AND promised_on IS NOT NULL) AS due,
       count(*) FILTER (made AND delivered_on <= promised_on) AS in_time,
       count(*) FILTER (made AND inspected) AS deliveries_inspected,
       count(*) FILTER (made AND promised_on IS NULL) AS excluded_deliveries_without_promised_day,
       count(*) FILTER (delivered_on IS NULL) AS excluded_deliveries_without_delivery_day,
       count(*) FILTER (made AND (quantity IS NULL OR quantity = 0 OR rejected_quantity IS NULL))
           AS excluded_deliveries_without_quantities,
       count(*) FILTER (made AND rejected_quantity > quantity AND quantity > 0)
           AS excluded_deliveries_with_more_rejected_than_received
FROM judged
GROUP BY {by}

-- name: units_built
-- says: units built, and those of them with a claim to date, by the day of build
-- by: period, region, site_id, line_id, shift, model_id, family
WITH slices AS (
    SELECT unnest($starts::DATE[]) AS starts, unnest($ends::DATE[]) AS ends,
           unnest($labels::VARCHAR[]) AS period
),
made AS (
    SELECT u.built_at::DATE AS day, c.serial AS claimed, s.region, u.site_id, u.line_id, u.shift,
           u.model_id, m.family
    FROM units u
    LEFT JOIN models m ON m.model_id = u.model_id
    LEFT JOIN sites s ON s.site_id = u.site_id
    LEFT JOIN (SELECT DISTINCT serial FROM claims) c ON c.serial = u.serial
    WHERE ($all_markets OR u.country IN (SELECT country FROM markets))
      AND ($region::VARCHAR[] IS NULL OR list_contains($region::VARCHAR[], s.region))
      AND ($model_id::VARCHAR[] IS NULL OR list_contains($model_id::VARCHAR[], u.model_id))
      AND ($family::VARCHAR[] IS NULL OR list_contains($family::VARCHAR[], m.family))
      AND ($site_id::VARCHAR[] IS NULL OR list_contains($site_id::VARCHAR[], u.site_id))
      AND ($line_id::VARCHAR[] IS NULL OR list_contains($line_id::VARCHAR[], u.line_id))
      AND ($shift::VARCHAR[] IS NULL OR list_contains($shift::VARCHAR[], u.shift))
)
SELECT {by}, count(*) FILTER (period IS NOT NULL) AS units, count(claimed) FILTER (period IS NOT NULL) AS claimed,
       min(day) FILTER (period IS NOT NULL) AS first_on
FROM made LEFT JOIN slices ON day BETWEEN starts AND ends
GROUP BY {by}

-- name: units_sold
-- says: units sold, by the day of sale and the country of sale
-- by: period, country, region, model_id, family, site_id, line_id, shift
WITH slices AS (
    SELECT unnest($starts::DATE[]) AS starts, unnest($ends::DATE[]) AS ends,
           unnest($labels::VARCHAR[]) AS period
),
fleet AS (
    SELECT u.sold_on AS day, u.country, k.region, u.model_id, m.family, u.site_id, u.line_id, u.shift
    FROM units u
    LEFT JOIN models m ON m.model_id = u.model_id
    LEFT JOIN markets k ON k.country = u.country
    WHERE ($country::VARCHAR[] IS NULL OR list_contains($country::VARCHAR[], u.country))
      AND ($region::VARCHAR[] IS NULL OR list_contains($region::VARCHAR[], k.region))
      AND ($model_id::VARCHAR[] IS NULL OR list_contains($model_id::VARCHAR[], u.model_id))
      AND ($family::VARCHAR[] IS NULL OR list_contains($family::VARCHAR[], m.family))
      AND ($site_id::VARCHAR[] IS NULL OR list_contains($site_id::VARCHAR[], u.site_id))
      AND ($line_id::VARCHAR[] IS NULL OR list_contains($line_id::VARCHAR[], u.line_id))
      AND ($shift::VARCHAR[] IS NULL OR list_contains($shift::VARCHAR[], u.shift))
)
SELECT {by}, count(*) FILTER (period IS NOT NULL) AS units, min(day) FILTER (period IS NOT NULL) AS first_on,
       count(*) FILTER (day IS NULL) AS excluded_units_unsold_or_without_sale_date
FROM fleet LEFT JOIN slices ON day BETWEEN starts AND ends
GROUP BY {by}
