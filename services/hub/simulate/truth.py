"""What was planted, written beside the data as `truth.json`; the words of contracts/cause.yaml."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from domain.contract import Contract
from domain.records.cause import Branch, CauseVerdict, Condition
from domain.records.finding import FixVerdict, SupplierVerdict
from domain.records.station import StationVerdict
from services.hub.simulate.plan import Plan
from services.hub.simulate.worlds.declaration import StoryKind

LISTED = 5_000
"""Most feedback ids that one list of the truth holds; the counts beside it are complete."""


class Group(Contract):
    """Units of the families that can show the symptom, and what became of them."""

    units: int
    """Units built (count)."""
    failures: int
    """Units with at least one claim of the symptom (count)."""
    years: float
    """Time in service up to the end, the end of warranty excluded (unit-years)."""


class PlantedCause(Contract):
    """A cause, or one of several that cannot be told apart."""

    condition: Condition
    """What the affected units have in common."""
    rate_ratio: float | None
    """Planted hazard ratio; None if nothing in the product changed."""
    branch_5m1e: Branch
    """Branch of the cause and effect diagram."""
    because: str
    """The story behind it."""
    exposed_units: int
    """Units that meet the condition (count)."""
    exposed_failures: int
    """Failed units among them (count)."""
    exposed_years: float
    """Their time in service (unit-years)."""
    baseline_units: int
    """Units that meet no planted condition (count)."""
    baseline_failures: int
    """Failed units among those (count)."""
    baseline_years: float
    """Their time in service (unit-years)."""


class Rival(Contract):
    """A tempting condition that is wrong."""

    condition: Condition
    """The condition."""
    because: str
    """Why it is wrong."""
    units: int
    """Units that meet it (count)."""
    failures: int
    """Failed units among them (count)."""


class Fix(Contract):
    """A corrective action and what it did, with the untouched lines beside it."""

    condition: Condition
    """The units with the action: the change, and lines from the cut-in on or lots since then."""
    control: Condition
    """The lines, or the other supplier's parts, without it."""
    fix_verdict: FixVerdict
    """Whether it worked."""
    rate_ratio: float
    """Planted hazard with the action over without it, other things equal."""
    trend_ratio: float
    """What happened to treated and control alike at the same time."""
    cut_in_at: datetime
    """When the first unit with the action was built (UTC)."""
    cut_in_serial: str
    """That unit."""
    before: tuple[date, date]
    """Build dates that stand for "before"."""
    after: tuple[date, date]
    """Build dates that stand for "after"."""
    groups: dict[
        Literal["treated_before", "treated_after", "control_before", "control_after"], Group
    ]
    """The four groups of the comparison."""


class Emerging(Contract):
    """Something that began in the field on a day."""

    model_id: str
    """The model that it concerns."""
    family: str
    """Its product family."""
    countries: tuple[str, ...]
    """The markets that it concerns; none: all."""
    symptom: str
    """Symptom code."""
    onset: date
    """First day on which units in service fail more often (UTC)."""
    ratio: float
    """Hazard from that day on over that before it."""


class PicturedFlaw(Contract):
    """What is wrong in a picture."""

    kind: str
    """scratch, missing, misplaced or stain."""
    box: tuple[float, ...]
    """Left, top, width, height (px), in the picture as it would be of a part that lies right."""


class PictureTruth(Contract):
    """One drawn picture."""

    image_uri: str
    """Path in the written folder."""
    serial: str
    """The unit or golden sample that it shows."""
    at: datetime
    """When it was taken (UTC)."""
    camera: dict[str, float]
    """Blur and shift (px), gain, side light, turn (deg), noise (grey levels)."""
    flaws: tuple[PicturedFlaw, ...]
    """Planted flaws; none on a good part."""


class PlantedStation(Contract):
    """What happened at a camera station."""

    story: StoryKind
    """What got worse."""
    verdict: StationVerdict
    """The right answer to "the station rejects more: camera or product?"."""
    station_id: str
    """The station."""
    watched: tuple[str, ...]
    """Stations with golden samples and camera signals."""
    first: date | None
    """First day of it (UTC); None: nothing happened."""
    ramp_days: int | None
    """Days from then to full strength (count); None: at once, or nothing happened."""
    threshold: float
    """Score from which units are rejected."""
    lot_id: str | None
    """The damaged lot."""
    part_id: str | None
    """What it is a lot of."""
    supplier_id: str | None
    """Who delivered it."""
    pictures: tuple[PictureTruth, ...]
    """What the drawn pictures show."""


class SafetyNote(Contract):
    """How one piece of feedback that uses words of danger is to be read."""

    feedback_id: str
    """The feedback."""
    severity: int
    """1 cosmetic to 5 danger."""
    negated: bool
    """It says that the danger is not there."""
    hypothetical: bool
    """It fears the danger, but has not met it."""


class PersonalString(Contract):
    """Something in a text that tells who wrote it; invented, as all of it."""

    feedback_id: str
    """The feedback."""
    kind: str
    """mail, phone, card, iban, order or name."""
    value: str
    """The string as it stands in the text."""


class FeedbackTruth(Contract):
    """What is known about the feedback."""

    total: int = 0
    """Rows (count)."""
    by_language: dict[str, int] = Field(default_factory=dict)
    """Rows by language."""
    counts: dict[str, int] = Field(default_factory=dict)
    """Planted rows by kind, complete."""
    exact_duplicates: tuple[tuple[str, str], ...] = ()
    """Copies with their originals."""
    near_duplicates: tuple[tuple[str, str], ...] = ()
    """Reworded copies with their originals."""
    injections: tuple[str, ...] = ()
    """Feedback with an instruction to the reader."""
    personal: tuple[PersonalString, ...] = ()
    """Personal strings in the text."""
    safety: tuple[SafetyNote, ...] = ()
    """Feedback with words of danger."""
    codes: dict[str, str] = Field(default_factory=dict)
    """Symptom code told, by feedback; an empty one is praise or a wish."""


class Truth(Contract):
    """Everything planted in one simulation."""

    schema_id: Literal["andon.truth/1"] = Field(default="andon.truth/1", alias="schema")
    """Name of this record's form."""
    world: str
    """Kind of world."""
    says: str
    """What is special about it."""
    seed: int
    """Seed of the plan."""
    plan: Plan
    """The plan."""
    symptom: str
    """The symptom that the world is about."""
    base_per_year: float
    """Hazard of that symptom where nothing is planted (failures per unit and year of use)."""
    cause_verdict: CauseVerdict
    """The right answer to "why is this symptom raised?"."""
    causes: tuple[PlantedCause, ...]
    """What was planted; with `not_identifiable` these are the candidates that coincide."""
    rivals: tuple[Rival, ...]
    """Wrong answers that tempt."""
    population: Group
    """All units of the families that can show the symptom."""
    fix: Fix | None = None
    """The corrective action of a fix world."""
    station: PlantedStation | None = None
    """What happened at a camera station, in a world that tells of one."""
    emerging: Emerging | None = None
    """What began in the field, in a world where something does."""
    suppliers: dict[str, SupplierVerdict] = Field(default_factory=dict)
    """Verdict by supplier where the world is about suppliers."""
    gauges_unfit: tuple[str, ...] = ()
    """Characteristics whose gauge study fails."""
    inspection: dict[str, int] = Field(default_factory=dict)
    """Defects present, missed, and good units rejected by vision (counts)."""
    dirt: dict[str, int] = Field(default_factory=dict)
    """Rows made wrong, by table and kind."""
    counts: dict[str, int] = Field(default_factory=dict)
    """Rows written, by table."""
    feedback: FeedbackTruth = FeedbackTruth()
    """What is known about the feedback."""

    def to_json(self) -> dict[str, Any]:
        """The content of `truth.json`."""
        told = self.model_dump(mode="json", by_alias=True)
        if self.station is None:
            del told["station"]
        return told
