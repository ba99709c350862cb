"""Small plants of hand-made rows whose right answer is counted by hand."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

Row = dict[str, Any]
START = datetime(2025, 6, 2, 8, tzinfo=UTC)
AS_OF = date(2026, 11, 22)


def unit(serial: str, built: datetime, **more: Any) -> Row:
    known = {"model_id": "65Q8", "site_id": "WRO", "line_id": "WRO-L1", "shift": "A"}
    more = {"country": "DE", **more}
    sold = (built + timedelta(days=10)).date()
    return {"serial": serial, "built_at": built, "sold_on": sold, **known, **more}


def failure(serial: str, built: datetime, after: int = 40, **more: Any) -> Row:
    """A claim `after` days in service, reported two days later."""
    failed = built + timedelta(days=10 + after)
    known = {"model_id": "65Q8", "country": "DE", "symptom_code": "FLICKER"}
    reported = failed + timedelta(days=2)
    return {
        "claim_id": f"K-{serial}",
        "serial": serial,
        "failed_at": failed,
        "reported_at": reported,
        **known,
        **more,
    }


LATEST: Row = {
    "claim_id": "K-LATEST",
    "symptom_code": "NOISE",
    "country": "DE",
    "failed_at": datetime(2026, 11, 22, tzinfo=UTC),
}
"""A claim of something else on the last day, not yet reported: claims are on record to there."""

MASTER: dict[str, list[Row]] = {
    "models": [{"model_id": "65Q8", "family": "TV"}, {"model_id": "55Q7", "family": "TV"}],
    "sites": [{"site_id": "WRO", "region": "EU"}, {"site_id": "QDA", "region": "APAC"}],
    "markets": [{"country": "DE", "region": "EU"}, {"country": "JP", "region": "APAC"}],
    "codes": [{"code": "FLICKER", "kind": "symptom"}, {"code": "NOISE", "kind": "symptom"}],
    "suppliers": [{"supplier_id": "S-1"}, {"supplier_id": "S-2"}],
    "parts": [{"part_id": "P-1"}],
}
