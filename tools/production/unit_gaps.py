"""What should be recorded about a unit and is not, judged by the units built beside it.

A missing row says nothing by itself: some models carry no such part. So a kind of record counts as
missing when most of the units of the same model and line, built nearest in time, have it.
"""

from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.contract import Contract
from tools.tool import ToolContext

PEERS = 200
"""Most units that a unit is compared with."""
PEER_DAYS = 30
"""They were built at most so many days before or after it."""
FEWEST_PEERS = 10
USUAL_SHARE = 0.5
"""A record that at least this share of the peers has is expected."""

Row = dict[str, Any]


class Gap(Contract):
    """Something that should be recorded about the unit and is not."""

    table: str
    """The table that lacks it."""
    name: str
    """What is missing: a column, a part, a characteristic, a station or a lot."""
    text: str
    """The same in words."""
    peer_share: float | None = None
    """Share of comparable units that have it, 0 to 1; null where it is expected of every unit."""


class _Kind(NamedTuple):
    table: str
    list_name: str
    key: str
    text: str


_KINDS = {
    "part": _Kind("unit_parts", "parts", "part_id", "no genealogy for part {name}"),
    "characteristic": _Kind(
        "measurements", "measurements", "characteristic_id", "no measurement of {name}"
    ),
    "station": _Kind("inspections", "inspections", "station_id", "no inspection at station {name}"),
    "shipment": _Kind("shipments", "shipments", "", "no shipment"),
}
_EXPECTED = ("site_id", "line_id", "shift", "country")


def gaps_of(row: Row, context: ToolContext) -> tuple[Gap, ...]:
    """Gaps in one row of the query `unit_trace`, those of its own columns first."""
    own = [
        Gap(table="units", name=column, text=f"no {column} is recorded")
        for column in _EXPECTED
        if row[column] is None
    ]
    return (*own, *_dates(row), *_lots(row), *_beside_peers(row, context))


def site_time(at: datetime, zone: str | None) -> str | None:
    """A time on the clock of a site (ISO 8601 with offset); none if the zone is not known."""
    try:
        return at.astimezone(ZoneInfo(zone)).isoformat() if zone else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _dates(row: Row) -> list[Gap]:
    found = []
    shipped = [shipment["status"] for shipment in row["shipments"] or ()]
    if row["sold_on"] is None and "sold" in shipped:
        text = "a shipment says sold, yet there is no day of sale"
        found.append(Gap(table="units", name="sold_on", text=text))
    if row["site_id"] and site_time(row["built_at"], row["timezone"]) is None:
        text = f"site {row['site_id']} has no known time zone: its local time cannot be given"
        found.append(Gap(table="sites", name="timezone", text=text))
    return found


def _lots(row: Row) -> list[Gap]:
    found = []
    for part in row["parts"] or ():
        name = part["lot_id"] or part["part_id"]
        if part["lot_id"] is None:
            text = f"the genealogy of part {part['part_id']} names no lot"
            found.append(Gap(table="unit_parts", name=name, text=text))
        elif not part["lot_recorded"]:
            text = f"lot {name} of part {part['part_id']} is in no receipt that you may see"
            found.append(Gap(table="part_lots", name=name, text=text))
        elif part["received_at"] is None:
            text = f"lot {name} has no day of receipt"
            found.append(Gap(table="part_lots", name=name, text=text))
        elif part["received_at"] > row["built_at"]:
            text = f"lot {name} was received after the unit was built: one of the two is wrong"
            found.append(Gap(table="part_lots", name=name, text=text))
    return found


def _beside_peers(row: Row, context: ToolContext) -> list[Gap]:
    names = ("serial", "model_id", "site_id", "line_id", "built_at")
    rows = context.snapshot.query(
        "unit_peers", days=PEER_DAYS, most=PEERS, **{name: row[name] for name in names}
    ).dicts()
    peers = sum(found["peers"] for found in rows if found["kind"] == "peers")
    if peers < FEWEST_PEERS:
        return []
    usual = [found for found in rows if found["kind"] != "peers"]
    return [
        _gap(_KINDS[found["kind"]], found["name"], found["peers"] / peers, peers)
        for found in usual
        if found["peers"] >= USUAL_SHARE * peers and _lacks(row, found)
    ]


def _lacks(row: Row, usual: Row) -> bool:
    kind = _KINDS[usual["kind"]]
    recorded = row[kind.list_name] or ()
    return not any(not kind.key or record[kind.key] == usual["name"] for record in recorded)


def _gap(kind: _Kind, name: str, share: float, peers: int) -> Gap:
    what = kind.text.format(name=name)
    text = f"{what}, which {share:.0%} of the {peers} comparable units have"
    return Gap(table=kind.table, name=name or kind.table, text=text, peer_share=round(share, 4))
