"""One simulated world watched week by week, with what was known at the end of each week."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from domain.errors import BadArgument
from evals.root_cause.worlds import context_of
from evals.triage.oracle import TrueCell, signals_on, true_cell
from services.hub.hub import Hub
from services.hub.ingest.load import ingest
from services.hub.simulate import Plan, simulate
from services.hub.simulate.truth import Emerging, Truth
from services.policy.vault import Vault
from tools.needs.field_alarms import Observed, key_of, state_of
from tools.needs.field_events import (
    FieldEvents,
    Population,
    population_of,
    read_claims,
    read_sales,
    span_to,
)
from tools.needs.field_levels import Window
from tools.needs.field_watch import CellRow, watch
from tools.needs.field_watch import Plan as WatchPlan

NOW = datetime(2026, 11, 22, tzinfo=UTC)
READ = ("units", "models", "markets", "warranties", "claims", "codes", "sites", "parts")
"""Tables that the watch over claims needs."""
WEEKS = 52
"""Weeks that each run reads."""
REPLAYED = 26
"""Runs replayed: one a week, up to the end of the data."""
HISTORY = 88
SAME = 4
"""An alarm that returns within so many weeks is the same one."""
WATCH = WatchPlan(ratio=2.0, budget_per_week=0.2)


class Detection(NamedTuple):
    """When what began was seen; weeks after its onset, none if not before the end."""

    watch: int | None
    """First signal of the watch."""
    confirmed: int | None
    """First run in which the watch calls it confirmed."""
    oracle: int | None
    """First signal of a chart that knows the cell and its rate."""
    exact: bool
    """Whether the first alarm names the planted cell itself."""
    ratio: float
    """Planted rate ratio."""
    in_one_market: bool
    """Whether one market was concerned, or all."""


class Outcome(NamedTuple):
    """What came of one world."""

    world: str
    """Kind of world."""
    weeks: int
    """Runs replayed (count)."""
    new_alarms: int
    """Alarms that were new in a run, and about nothing planted (count)."""
    confirmed: int
    """Of these, how many were confirmed in some run (count)."""
    detection: Detection | None
    """What became of the planted issue, if there is one."""


class Seen(NamedTuple):
    """One alarm in one run."""

    week: int
    """Week of the run (the first that it does not see)."""
    cell: CellRow
    """The cell."""
    observed: Observed
    """All charts of the run."""

    @property
    def key(self) -> str:
        """Name of the cell."""
        return key_of(self.observed, self.cell)

    @property
    def confirmed(self) -> bool:
        """Whether it may be acted on."""
        return state_of(self.observed, self.cell) == "confirmed"

    @property
    def symptom(self) -> str:
        """Symptom code."""
        return self.key.split("/")[1]

    @property
    def place(self) -> tuple[str, ...]:
        """Family, and model and market where the cell is so narrow."""
        return tuple(self.key.split("/")[2:])


def run(plan: Plan) -> Outcome | None:
    """Simulate, ingest, replay; none if so few units cannot hold the planned failures."""
    with tempfile.TemporaryDirectory(prefix="andon-watch-") as name:
        folder = Path(name)
        try:
            truth = simulate(plan, folder / "exports")
        except BadArgument:
            return None
        _drop_unread(folder / "exports")
        hub = Hub.create(folder / "hub")
        ingest(hub, folder / "exports", Vault.open(folder / "state"), now=NOW)
        context = context_of(hub)
        span = span_to(plan.end, HISTORY)
        population = population_of(read_sales(context, span), span, "claims")
        claims = read_claims(context, span, population)
    return replayed(truth, population, claims)


def replayed(truth: Truth, population: Population, claims: FieldEvents) -> Outcome:
    """The outcome of a world that was read."""
    cell = None if truth.emerging is None else true_cell(truth, population, claims)
    false = _FalseAlarms()
    first: Seen | None = None
    sure: Seen | None = None
    oracle: int | None = None
    for week in range(HISTORY - REPLAYED + 1, HISTORY + 1):
        observed = _observed(population, claims, week)
        if cell is not None and oracle is None:
            oracle = _oracle_week(cell, observed, week)
        for seen in _alarms(observed, week):
            if truth.emerging is not None and _about(seen, truth.emerging):
                if _after(seen, cell):
                    first = first or seen
                    sure = sure or (seen if seen.confirmed else None)
            else:
                false.add(seen)
    detection = _detection(truth, cell, (first, sure), oracle)
    return Outcome(truth.world, REPLAYED, false.began, len(false.confirmed), detection)


class _FalseAlarms:
    """Alarms about nothing, each counted once while it lasts."""

    def __init__(self) -> None:
        self.began = 0
        self.confirmed: set[int] = set()
        self._last: dict[str, int] = {}
        self._number: dict[str, int] = {}

    def add(self, seen: Seen) -> None:
        """Take in an alarm of one run."""
        key = seen.key
        if key not in self._last or seen.week - self._last[key] > SAME:
            self.began += 1
            self._number[key] = self.began
        self._last[key] = seen.week
        if seen.confirmed:
            self.confirmed.add(self._number[key])


def _drop_unread(folder: Path) -> None:
    for path in folder.iterdir():
        if path.name.split(".")[0] not in READ:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _observed(population: Population, claims: FieldEvents, week: int) -> Observed:
    window = Window(week - WEEKS, week)
    return Observed(population, claims, window, watch(population, claims, window, WATCH), ())


def _alarms(observed: Observed, week: int) -> Iterator[Seen]:
    return (Seen(week, cell, observed) for cell in observed.watch.named)


def _oracle_week(cell: TrueCell, observed: Observed, week: int) -> int | None:
    if week <= cell.onset:
        return None
    limits = observed.watch.levels[cell.depth].limits
    charted = range(observed.window.first + observed.window.charted, week)
    return week if signals_on(cell, charted, limits) else None


def _after(seen: Seen, cell: TrueCell | None) -> bool:
    """Whether the alarm signalled in a week that the planted rise had reached."""
    start = seen.observed.window.first
    return cell is not None and start + seen.cell.signalled >= cell.onset


def _about(seen: Seen, planted: Emerging) -> bool:
    """Whether the alarm's cell holds the planted one, or lies within it."""
    if seen.symptom != planted.symptom:
        return False
    line = (planted.family, planted.model_id)
    if len(seen.place) < len(line) + 1:
        return seen.place == line[: len(seen.place)]
    in_market = not planted.countries or seen.place[2] in planted.countries
    return seen.place[:2] == line and in_market


def _detection(
    truth: Truth,
    cell: TrueCell | None,
    signs: tuple[Seen | None, Seen | None],
    oracle: int | None,
) -> Detection | None:
    planted = truth.emerging
    if planted is None or cell is None:
        return None
    first, sure = signs
    wanted = (planted.family, planted.model_id, *planted.countries)
    return Detection(
        watch=None if first is None else first.week - cell.onset,
        confirmed=None if sure is None else sure.week - cell.onset,
        oracle=None if oracle is None else oracle - cell.onset,
        exact=first is not None and first.place == wanted,
        ratio=planted.ratio,
        in_one_market=bool(planted.countries),
    )
