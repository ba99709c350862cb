"""Public data taken in once per data set by the mapping that is shipped for it."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from domain.records.load import LoadReport
from services.hub.hub import Hub
from services.hub.ingest.load import ingest
from services.policy.vault import Vault
from tests.conftest import EVERYTHING

NOW = datetime(2026, 11, 22, tzinfo=UTC)
FOLDERS = {
    "ai4i2020": "rca_ai4i2020",
    "app_reviews_icsme2015": "feedback_app_reviews_icsme2015",
    "cpsc_recalls": "feedback_cpsc_recalls",
    "nhtsa_complaints": "feedback_nhtsa_complaints",
    "nhtsa_field_actions": "feedback_nhtsa_field_actions",
    "scms": "supplier_scms",
    "skab": "rca_skab",
    "tep": "rca_tep",
}


class Taken(NamedTuple):
    """A data set in a hub of its own."""

    folder: Path
    report: LoadReport
    hub: Hub

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Rows read, accepted, duplicate and quarantined."""
        report = self.report
        return report.read, report.accepted, report.duplicate, report.quarantined

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.hub.snapshot(EVERYTHING) as snapshot:
            return list(snapshot.run(sql, {}).values)

    def one(self, sql: str) -> Any:
        ((value,),) = self.rows(sql)
        return value


@pytest.fixture(scope="session")
def taken(
    public_data: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Taken]:
    """Takes in the data set of a shipped mapping; the test is skipped where it is absent."""
    known: dict[str, Taken] = {}

    def take(mapping: str) -> Taken:
        if mapping not in known:
            folder = public_data(FOLDERS[mapping])
            place = tmp_path_factory.mktemp(mapping)
            hub = Hub.create(place / "hub")
            report = ingest(hub, folder, Vault.open(place / "state"), now=NOW, mapping=mapping)
            known[mapping] = Taken(folder, report, hub)
        return known[mapping]

    return take
