-- name: unit_trace
-- says: everything recorded about one unit, as one row with a list for each kind of record
WITH unit AS (SELECT * FROM units WHERE serial = $serial)
SELECT u.serial, u.model_id, m.name AS model_name, m.family, u.site_id, s.name AS site_name,
    s.country AS site_country, s.timezone, u.line_id, u.shift, u.built_at, u.country, u.sold_on,
    (SELECT list({'name': name, 'value': value, 'valid_from': valid_from} ORDER BY valid_from, name)
     FROM unit_attributes WHERE serial = $serial) AS attributes,
    (SELECT list({'part_id': g.part_id, 'part_name': p.name, 'lot_id': g.lot_id,
            'lot_recorded': l.lot_id IS NOT NULL, 'supplier_id': l.supplier_id,
            'supplier_name': c.name, 'received_at': l.received_at} ORDER BY g.part_id, g.lot_id)
     FROM unit_parts g
     LEFT JOIN part_lots l ON l.lot_id = g.lot_id
     LEFT JOIN parts p ON p.part_id = g.part_id
     LEFT JOIN suppliers c ON c.supplier_id = l.supplier_id
     WHERE g.serial = $serial) AS parts,
    (SELECT list({'characteristic_id': v.characteristic_id, 'name': c.name, 'unit': c.unit,
            'station_id': v.station_id, 'value': v.value, 'lsl': c.lsl, 'target': c.target,
            'usl': c.usl, 'measured_at': v.measured_at} ORDER BY v.measured_at, v.characteristic_id)
     FROM measurements v
     LEFT JOIN characteristics c ON c.characteristic_id = v.characteristic_id
     WHERE v.serial = $serial) AS measurements,
    (SELECT list({'inspection_id': i.inspection_id, 'station_id': i.station_id,
            'inspected_at': i.inspected_at, 'method': i.method, 'result': i.result,
            'defect_code': i.defect_code, 'score': i.score,
            'operator_override': i.operator_override} ORDER BY i.inspected_at, i.inspection_id)
     FROM inspections i WHERE i.serial = $serial) AS inspections,
    (SELECT list({'shipment_id': t.shipment_id, 'shipped_at': t."at", 'from_site': t.from_site,
            'to_country': t.to_country, 'status': t.status} ORDER BY t."at", t.shipment_id)
     FROM shipments t WHERE t.serial = $serial) AS shipments,
    (SELECT list({'feedback_id': f.feedback_id, 'received_at': f.received_at,
            'country': f.country, 'language': f.language, 'channel': f.channel,
            'rating': f.rating, 'hazard_flags': f.hazard_flags} ORDER BY f.received_at, f.feedback_id)
     FROM feedback f WHERE f.serial = $serial) AS feedback,
    (SELECT list({'claim_id': k.claim_id, 'failed_at': k.failed_at, 'reported_at': k.reported_at,
            'country': k.country, 'symptom_code': k.symptom_code, 'part_id': k.part_id,
            'no_fault_found': k.no_fault_found, 'finding': k.finding}
            ORDER BY k.reported_at, k.claim_id)
     FROM claims k WHERE k.serial = $serial) AS claims,
    (SELECT list({'change_id': h.change_id, 'effective_at': h.effective_at, 'kind': h.kind,
            'description': h.description, 'site_id': h.site_id, 'line_id': h.line_id,
            'model_id': h.model_id} ORDER BY h.effective_at, h.change_id)
     FROM process_changes h, unit b
     WHERE h.effective_at BETWEEN b.built_at - to_days($changes_days::INTEGER)
            AND b.built_at + to_days($changes_days::INTEGER)
        AND (h.site_id IS NULL OR h.site_id = b.site_id)
        AND (h.line_id IS NULL OR h.line_id = b.line_id)
        AND (h.model_id IS NULL OR h.model_id = b.model_id)) AS changes
FROM unit u
LEFT JOIN models m ON m.model_id = u.model_id
LEFT JOIN sites s ON s.site_id = u.site_id

-- name: unit_peers
-- says: how many of the units of the same model and line built nearest in time have each kind of record
WITH peers AS MATERIALIZED (
    SELECT serial FROM units
    WHERE model_id = $model_id AND site_id IS NOT DISTINCT FROM $site_id
        AND line_id IS NOT DISTINCT FROM $line_id AND serial <> $serial
        AND built_at BETWEEN $built_at::TIMESTAMPTZ - to_days($days::INTEGER)
            AND $built_at::TIMESTAMPTZ + to_days($days::INTEGER)
    ORDER BY abs(epoch(built_at) - epoch($built_at::TIMESTAMPTZ)), serial
    LIMIT $most
)
SELECT 'peers' AS kind, '' AS name, count(*) AS peers FROM peers
UNION ALL
SELECT 'part', part_id, count(*) FROM unit_parts
WHERE serial IN (SELECT serial FROM peers) GROUP BY part_id
UNION ALL
SELECT 'characteristic', characteristic_id, count(DISTINCT serial) FROM measurements
WHERE serial IN (SELECT serial FROM peers) GROUP BY characteristic_id
UNION ALL
SELECT 'station', station_id, count(DISTINCT serial) FROM inspections
WHERE serial IN (SELECT serial FROM peers) AND station_id IS NOT NULL GROUP BY station_id
UNION ALL
SELECT 'shipment', '', count(DISTINCT serial) FROM shipments
WHERE serial IN (SELECT serial FROM peers)
ORDER BY kind, name
