"""What a world declares: how the plant differs from an ordinary one, and what is planted in it.

A world is a function from a `Stage` to a `Scenario`. It chooses suppliers, sites and dates by the
seed, so that two seeds differ in structure and not only in random numbers.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Literal, NamedTuple, TypeVar

import numpy as np

from domain.records.cause import Branch, CauseVerdict, Condition
from domain.records.finding import FixVerdict, SupplierVerdict
from services.hub.simulate.catalogue import Catalogue
from services.hub.simulate.plan import Plan
from services.hub.simulate.timeline import PRODUCTION_DAYS

T = TypeVar("T")
StoryKind = Literal["camera", "lot", "pose", "none"]
ONE_LOT = "the one lot"
"""Stands in a condition for the lot of `Scene.one_lot` until the lots are made."""
MATURE = 0.7
"""Mean time in service of an exposed unit at the end, used for a first size (years)."""


class Effect(NamedTuple):
    """Units that meet the condition fail `rate_ratio` times as often with the world's symptom."""

    condition: Condition
    rate_ratio: float
    branch: Branch = "method"
    because: str = ""
    cause: bool = True
    """False: part of the scene (a relief, a trend), not a cause to be found."""
    since: date | None = None
    """Day from which units in service fail so often; None: all their life. One effect at most."""


class Temptation(NamedTuple):
    """A wrong condition that looks right."""

    condition: Condition
    because: str


class Change(NamedTuple):
    """A process change that the world itself needs; it takes effect at 00:00 UTC."""

    change_id: str
    day: date
    site_id: str | None
    line_id: str | None
    kind: Branch
    description: str


class Drift(NamedTuple):
    """A characteristic that leaves its mean at one line: a ramp over a fifth of the window."""

    characteristic_id: str
    line_id: str
    first: date
    last: date
    sigmas: float


class OneLot(NamedTuple):
    """One lot that is used on one line only, and alone there, during a window."""

    part_id: str
    line_id: str
    first: date
    last: date


class NewChannel(NamedTuple):
    """A feedback channel that opens on a day and makes reporting easier."""

    channel: str
    countries: tuple[str, ...]
    first: date
    reports: float
    """Extra reports of the symptom per unit in service."""


class Correction(NamedTuple):
    """A corrective action to be verified."""

    condition: Condition
    control: Condition
    cut_in: date
    verdict: FixVerdict
    rate_ratio: float
    trend_ratio: float
    before_days: int = 220
    """Days of build before the cut-in that stand for "before"."""
    mixed_days: int = 0
    """Days after the cut-in in which old stock is used up; "after" begins when they are over."""


class StationStory(NamedTuple):
    """What happens at the camera station at the end of one line."""

    kind: StoryKind
    """What gets worse."""
    line_id: str
    """Its line; the other lines of the site and family are watched alike."""
    first: date
    """First day of a camera or a fixture that gets worse; a lot has its own."""


class Scene(NamedTuple):
    """How plant and market differ from ordinary ones, whatever fails."""

    growth: float = 1.5
    """Daily output at the end over that at the start."""
    swing: float = 0.5
    """Seasonal swing of the use of cooling, 0 to 1."""
    first_supplier_share: dict[str, float] | None = None
    """Share of the first supplier of `mixed_part`, by site."""
    mixed_part: str = ""
    drift: Drift | None = None
    one_lot: OneLot | None = None
    new_channel: NewChannel | None = None
    worsening: tuple[str, date] | None = None
    """A supplier whose rejects and delays rise from a day on."""


class Scenario(NamedTuple):
    """One world, ready to be built."""

    symptom: str
    verdict: CauseVerdict
    effects: tuple[Effect, ...] = ()
    rivals: tuple[Temptation, ...] = ()
    changes: tuple[Change, ...] = ()
    scene: Scene = Scene()
    expected: float = 0.0
    """Expected failed units among the exposed of all causes together (count)."""
    between: tuple[int, int] | None = None
    """Failed units that the exposed must have; chance is drawn again until they do (one block)."""
    correction: Correction | None = None
    suppliers: dict[str, SupplierVerdict] | None = None
    station: StationStory | None = None
    """A camera station that is told of; None: stations work as usual and are not watched."""
    per_year: float | None = None
    """Base hazard where no effect sets it; None: the catalogue's."""

    @property
    def late(self) -> Effect | None:
        """The effect that begins on a day in service, if there is one."""
        return next((effect for effect in self.effects if effect.since is not None), None)


class World(NamedTuple):
    """A kind of world."""

    says: str
    declare: "Callable[[Stage], Scenario]"


class Stage:
    """What a world chooses from; every choice comes from the plan's seed."""

    def __init__(self, catalogue: Catalogue, plan: Plan, random: np.random.Generator) -> None:
        self.catalogue = catalogue
        self.plan = plan
        self._random = random
        self._change_numbers = [int(n) for n in random.permutation(np.arange(1000, 10_000))]

    def pick(self, options: Sequence[T]) -> T:
        """One of the options, each as likely as the others."""
        return options[int(self._random.integers(len(options)))]

    def ago(self, least: int, most: int) -> date:
        """A day between `least` and `most` days before the end."""
        return self.plan.end - timedelta(days=int(self._random.integers(least, most + 1)))

    def change_id(self) -> str:
        """A fresh change number."""
        return f"ECN-{self._change_numbers.pop()}"

    def lines_of(self, *families: str) -> list[str]:
        """Ids of the lines that build one of the families."""
        return [line.line_id for line in self.catalogue.lines if line.family in families]

    def sites_of(self, *families: str) -> list[str]:
        """Ids of the sites that build one of the families."""
        sites = self.catalogue.sites
        return [site.site_id for site in sites if set(families) & set(site.lines)]

    def families_with(self, part_id: str) -> list[str]:
        """Families that hold the part."""
        return [name for name, family in self.catalogue.families.items() if part_id in family.parts]

    def share(self, families: Sequence[str], site_id: str | None = None) -> float:
        """Share of all units that are of these families (and from that site)."""
        return sum(
            line.share
            for line in self.catalogue.lines
            if line.family in families
            and site_id in (None, self.catalogue.sites[line.site].site_id)
        )

    def days_for(self, share: float, most: int = 90) -> int:
        """Days of production after which `share` of the output holds enough exposed units.

        Enough is as many as give the planned failures at a base hazard of 1.2 % a year; between 12
        days and `most`. The base hazard is then fitted to the window.
        """
        wanted = self.plan.failures() / (self.plan.ratio * 0.012 * MATURE)
        days = wanted / (self.plan.units / PRODUCTION_DAYS * share)
        return int(min(most, max(12, days)))

    def ordinary(self, near: date, site_id: str, count: int = 3) -> tuple[Change, ...]:
        """Innocent changes at a site within nine days of a date."""
        recorded = self.catalogue.changes
        chosen = self._random.choice(len(recorded), size=count, replace=False)
        return tuple(
            Change(
                self.change_id(),
                near + timedelta(days=int(self._random.integers(-9, 10))),
                site_id,
                None,
                *recorded[int(index)],
            )
            for index in chosen
        )


def until(first: date, days: int) -> date:
    """The last day of a window of so many days."""
    return first + timedelta(days=days - 1)
