"""A plant with a suspect lot: units with it, without it, and of which too little is recorded."""

from datetime import UTC, date, datetime, timedelta

from tests.conftest import Rows

RECEIVED = datetime(2026, 2, 1, tzinfo=UTC)
BUILT = datetime(2026, 3, 2, tzinfo=UTC)
SOLD = date(2026, 5, 1)
CARRY_L1 = [*[("DE", "sold")] * 8, *[("JP", "in_transit")] * 2, ("JP", "stock"), ("DE", None)]
OTHERS = {
    "NOT-TRACED": ("65Q8", "P-FAN:LF"),
    "BUILT-BEFORE": ("65Q8", ""),
    "OTHER-LOT": ("65Q8", "P-PSU:L3"),
    "NO-SUCH-PART": ("WM1", "P-FAN:LF"),
    "NO-GENEALOGY": ("OLD", ""),
    "UNKNOWN-LOT": ("43E5", "P-PSU:LX"),
    "FR-1": ("43E5", "P-PSU:L2"),
    "FR-2": ("43E5", "P-PSU:L2"),
    "FR-3": ("43E5", "P-PSU:L2"),
}
"""Model of further units, and the part and lot that genealogy names in them."""


def world() -> Rows:
    """Lot L1 went into 12 units; L2 of the same supplier into three, all sold in France."""
    units = [
        _unit(f"SN-{i:02}", "65Q8" if i < 9 else "43E5", country, status == "sold", i)
        for i, (country, status) in enumerate(CARRY_L1)
    ]
    units += [
        _unit(serial, model, "FR" if serial.startswith("FR") else "DE", serial.startswith("FR"), 20)
        for serial, (model, _) in OTHERS.items()
    ]
    next(u for u in units if u["serial"] == "BUILT-BEFORE")["built_at"] = RECEIVED - timedelta(9)
    next(u for u in units if u["serial"] == "UNKNOWN-LOT")["line_id"] = None
    genealogy = [(f"SN-{i:02}", "P-PSU", "L1") for i in range(12)]
    genealogy += [(s, *what.split(":")) for s, (_, what) in OTHERS.items() if what]
    return {
        "sites": [{"site_id": "WRO", "region": "EU"}, {"site_id": "SHE", "region": "APAC"}],
        "markets": [
            {"country": "DE", "region": "EU"},
            {"country": "FR", "region": "EU"},
            {"country": "JP", "region": "APAC"},
        ],
        "models": [{"model_id": model} for model in ("65Q8", "43E5", "WM1", "OLD")],
        "suppliers": [{"supplier_id": f"S-{i}", "name": f"Supplier {i}"} for i in (1, 2, 3)],
        "parts": [{"part_id": "P-PSU", "name": "power supply"}, {"part_id": "P-FAN"}],
        "characteristics": [{"characteristic_id": "TORQUE"}],
        "units": units,
        "part_lots": [
            _lot("L1", "P-PSU", "S-1", 0),
            _lot("L2", "P-PSU", "S-1", 5),
            _lot("L3", "P-PSU", "S-2", 2),
            _lot("LX", "P-PSU", None, 3),
            _lot("LF", "P-FAN", "S-3", 0),
        ],
        "unit_parts": [
            {"serial": serial, "part_id": part, "lot_id": lot} for serial, part, lot in genealogy
        ],
        "deliveries": [
            {"delivery_id": "D1", "supplier_id": "S-1", "lot_id": "L1", "rejected_quantity": 1}
        ],
        "shipments": [
            {
                "shipment_id": f"T-{i:02}-{step}",
                "serial": f"SN-{i:02}",
                "to_country": country,
                "at": BUILT + timedelta(days=20 + step),
                "status": "stock" if step == 0 else status,
            }
            for i, (country, status) in enumerate(CARRY_L1)
            if status
            for step in range(2)
        ],
        "measurements": [
            {"serial": f"SN-{i:02}", "characteristic_id": "TORQUE", "value": 1.0 + i / 10}
            for i in range(6)
        ],
        "unit_attributes": [
            {"serial": f"SN-{i:02}", "name": "firmware", "value": f"4.{i % 2}", "valid_from": BUILT}
            for i in range(6)
        ],
        "process_changes": [
            {"change_id": "C-1", "effective_at": BUILT + timedelta(days=9), "line_id": "WRO-1"}
        ],
        "loads": [{"load_id": "L-1", "path": "u.csv", "table": "unit_parts"}],
        "quarantine": [
            {"load_id": "L-1", "file": "u.csv", "line": 3, "table": "unit_parts", "rule": "key"}
        ],
    }


def _unit(serial: str, model: str, country: str, sold: bool, days: int) -> dict[str, object]:
    return {
        "serial": serial,
        "model_id": model,
        "site_id": "WRO",
        "line_id": "WRO-1" if days % 2 == 0 else "WRO-2",
        "shift": "A",
        "built_at": BUILT + timedelta(days=days),
        "country": country,
        "sold_on": SOLD if sold else None,
    }


def _lot(lot: str, part: str, supplier: str | None, days: int) -> dict[str, object]:
    received = RECEIVED + timedelta(days=days)
    return {
        "lot_id": lot,
        "part_id": part,
        "supplier_id": supplier,
        "received_at": received,
        "quantity": 20,
    }
