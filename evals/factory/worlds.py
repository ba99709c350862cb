"""Simulated factories read once through the hub, to be replayed day by day in memory."""

import tempfile
from datetime import date
from pathlib import Path
from typing import NamedTuple

from evals.root_cause.worlds import NOW, context_of
from services.hub.hub import Hub
from services.hub.ingest.load import ingest
from services.hub.simulate import Plan, simulate
from services.hub.simulate.setting import Setting, make_setting
from services.policy.vault import Vault
from tools.production.factory_days import FactoryDays, factory_days

UNREAD = (
    "claims",
    "deliveries",
    "feedback",
    "gauge_studies",
    "shipments",
    "signals",
    "unit_attributes",
    "unit_parts",
)
"""Tables that the watch does not read; leaving them out saves time."""
BEGINNING = date(2000, 1, 1)


class Replay(NamedTuple):
    """One simulated factory."""

    factory: FactoryDays
    """All its days."""
    setting: Setting
    """How it was made, with what was planted."""

    @property
    def first(self) -> int:
        """First day (days since 1970-01-01)."""
        return min(int(days.day[0]) for days in self.factory.shares.values())

    @property
    def last(self) -> int:
        """Last day."""
        return max(int(days.day[-1]) for days in self.factory.shares.values())


def replay(plan: Plan) -> Replay:
    """Simulate, ingest and read all days of a factory."""
    with tempfile.TemporaryDirectory(prefix="andon-factory-") as name:
        folder = Path(name)
        simulate(plan, folder / "exports")
        for table in UNREAD:
            (folder / "exports" / f"{table}.{plan.format}").unlink(missing_ok=True)
        hub = Hub.create(folder / "hub")
        ingest(hub, folder / "exports", Vault.open(folder / "state"), now=NOW)
        context = context_of(hub)
        window = {"first_on": BEGINNING, "last_on": context.snapshot.as_of}
        factory = factory_days({**window, "sites": None, "lines": None}, context)
    return Replay(factory, make_setting(plan))
