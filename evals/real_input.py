"""Does real, dirty data come in whole, and do its documented figures come out again?"""

import os
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from domain.intervals import binomial_interval
from domain.records.load import LoadReport
from domain.records.policy import DATA_CLASSES, Scope
from evals.figure import Figure
from services.hub.hub import Hub
from services.hub.ingest.load import ingest
from services.hub.snapshot import Snapshot
from services.policy.vault import Vault

NOW = datetime(2026, 11, 22, tzinfo=UTC)
EVERYTHING = Scope(regions=("*",), suppliers=("*",), classes=DATA_CLASSES)
SETS = {
    "supplier_scms": ("scms", 10_324),
    "rca_ai4i2020": ("ai4i2020", 10_000),
    "feedback_nhtsa_complaints": ("nhtsa_complaints", 101),
    "feedback_nhtsa_field_actions": ("nhtsa_field_actions", 2_349),
    "feedback_app_reviews_icsme2015": ("app_reviews_icsme2015", 1_390),
    "feedback_cpsc_recalls": ("cpsc_recalls", 2_649),
    "rca_skab": ("skab", 18_417),
}
"""Data set to mapping and number of source rows."""


def figures() -> list[Figure]:
    """One figure a data set: rows accounted for; and the documented shares."""
    root = Path(os.environ.get("ANDON_TEST_DATA", "../shared/data"))
    found: list[Figure] = []
    for name, (mapping, rows) in SETS.items():
        if not (root / name).is_dir():
            found.append(_skipped(f"{name}: rows accounted for", f"no {root / name}"))
            continue
        with tempfile.TemporaryDirectory(prefix="andon-eval-") as folder:
            hub = Hub.create(Path(folder) / "hub")
            vault = Vault.open(Path(folder) / "state")
            report = ingest(hub, root / name, vault, now=NOW, mapping=mapping)
            found.append(_accounted(name, report, rows))
            with hub.snapshot(EVERYTHING) as snapshot:
                found += [figure(snapshot) for figure in DOCUMENTED.get(name, ())]
    return found


def _accounted(name: str, report: LoadReport, rows: int) -> Figure:
    kept = report.accepted + report.duplicate + report.quarantined
    return Figure(
        figure=f"{name}: rows accepted, duplicate or quarantined",
        value=kept,
        n=report.read,
        target=f"= {rows}",
        met=kept == report.read == rows,
    )


def _late_share(snapshot: Snapshot) -> Figure:
    row = snapshot.run(
        "SELECT count(*) FILTER (delivered_on > promised_on), count(*) FROM deliveries"
        " WHERE delivered_on IS NOT NULL AND promised_on IS NOT NULL",
        {},
    ).values[0]
    interval = binomial_interval(row[0], row[1])
    share = row[0] / row[1]
    return Figure(
        figure="supplier_scms: share of lines delivered late",
        value=share,
        n=row[1],
        low=interval.low,
        high=interval.high,
        target="= 0.1149 to 4 digits",
        met=round(share, 4) == 0.1149,
    )


def _claims(snapshot: Snapshot) -> Figure:
    count = snapshot.run("SELECT count(*) FROM claims", {}).values[0][0]
    return Figure(
        figure="rca_ai4i2020: machine failures", value=count, n=10_000, target="= 339",
        met=count == 339,
    )  # fmt: skip


DOCUMENTED: dict[str, tuple[Callable[[Snapshot], Figure], ...]] = {
    "supplier_scms": (_late_share,),
    "rca_ai4i2020": (_claims,),
}


def _skipped(figure: str, reason: str) -> Figure:
    return Figure(figure=figure, value=0, n=0, skipped=reason)
