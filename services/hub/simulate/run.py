"""From a plan to a folder of tables with its truth, block by block."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from domain.errors import BadArgument
from services.hub.simulate import inspection, production
from services.hub.simulate.dirt import Dirt
from services.hub.simulate.factory import BLOCK, Block, make_block, sample
from services.hub.simulate.failures import Claims, Hazards
from services.hub.simulate.feedback import Customers
from services.hub.simulate.plan import Plan
from services.hub.simulate.plant import unfit_gauges, write_plant
from services.hub.simulate.setting import Setting, make_setting
from services.hub.simulate.stations.station import told_station
from services.hub.simulate.tally import Tally
from services.hub.simulate.truth import Truth
from services.hub.simulate.voices import FeedbackBook
from services.hub.simulate.worlds import WORLDS
from services.hub.simulate.writing import Columns, TableWriter

Progress = Callable[[str, int, int], None]


def simulate(plan: Plan, out: Path, progress: Progress | None = None) -> Truth:
    """Writes the plan's world as exchange files into `out`, and `truth.json` beside them, last.

    Args:
        plan: What to simulate. The same plan gives the same bytes (CSV and JSON lines).
        out: An empty or new folder. Tables above one block of units become folders of parts.
        progress: Called as `progress("units", done, total)` after each block.

    Returns:
        What was planted and what became of it.

    Raises:
        BadArgument: Unknown world, a folder in use, or failures that so few units cannot hold.
        HubUnavailable: A file cannot be written.
    """
    if plan.world not in WORLDS:
        raise BadArgument(
            f"unknown world {plan.world!r}",
            holds="nothing was written",
            next_step=f"choose one of {', '.join(WORLDS)}",
        )
    setting = make_setting(plan)
    hazards = Hazards(setting, sample(setting))
    _open_folder(out)
    with TableWriter(out, plan.format) as writer:
        run = _Run(setting, hazards, writer, out)
        write_plant(setting, writer)
        for number in range(1, -(-plan.units // BLOCK) + 1):
            run.block(number)
            if progress is not None:
                progress("units", min(number * BLOCK, plan.units), plan.units)
        truth = run.truth()
    text = json.dumps(truth.to_json(), ensure_ascii=False, indent=1)
    (out / "truth.json").write_text(text + "\n", encoding="utf-8")
    return truth


class _Run:
    """The state that passes from block to block: files, sums and counts."""

    def __init__(self, setting: Setting, hazards: Hazards, writer: TableWriter, out: Path) -> None:
        self._setting = setting
        self._hazards = hazards
        self._writer = writer
        self._tally = Tally(setting)
        self._voices = FeedbackBook(setting)
        self._dirt = Dirt(setting)
        self._station = told_station(setting, out)
        self._inspected: Counter[str] = Counter()

    def block(self, number: int) -> None:
        """Makes a block and writes all its tables."""
        setting = self._setting
        block = make_block(setting, number)
        claims = self._hazards.claims(block)
        self._tally.add(block, claims)
        for table, make in _BLOCK_TABLES.items():
            self._write(table, make(setting, block), number)
        self._write("units", self._units(block), number)
        self._write("inspections", self._inspections(block), number)
        self._write("claims", production.claims(setting, block, claims), number)
        self._write("feedback", self._told(block, claims), number)

    def truth(self) -> Truth:
        """The truth after the last block."""
        setting, plan = self._setting, self._setting.plan
        return Truth(
            world=plan.world,
            says=WORLDS[plan.world].says,
            seed=plan.seed,
            plan=plan,
            symptom=setting.scenario.symptom,
            base_per_year=self._hazards.per_year[setting.scenario.symptom],
            cause_verdict=setting.scenario.verdict,
            causes=self._tally.causes(),
            rivals=self._tally.rivals(),
            population=self._tally.group("population"),
            fix=self._tally.fix(),
            station=None if self._station is None else self._station.truth(),
            emerging=self._tally.emerging(),
            suppliers=setting.scenario.suppliers or {},
            gauges_unfit=unfit_gauges(setting),
            inspection=dict(self._inspected),
            dirt=dict(self._dirt.counts),
            counts=self._writer.counts,
            feedback=self._voices.truth(),
        )

    def _units(self, block: Block) -> Columns:
        columns = production.units(self._setting, block)
        return columns if self._station is None else self._station.units(columns, block)

    def _inspections(self, block: Block) -> Columns:
        found = inspection.inspections(self._setting, block)
        self._inspected.update(found.known)
        if self._station is None:
            return found.columns
        return self._station.inspections(found, block)

    def _told(self, block: Block, claims: Claims) -> Columns:
        return self._voices.add(block, Customers(self._setting, block).messages(claims))

    def _write(self, table: str, columns: Columns, number: int) -> None:
        part = number if self._setting.plan.units > BLOCK else None
        self._writer.write(table, self._dirt.on(table, columns, number), part)


_BLOCK_TABLES: dict[str, Callable[[Setting, Block], Columns]] = {
    "unit_attributes": production.unit_attributes,
    "unit_parts": production.unit_parts,
    "measurements": production.measurements,
    "shipments": production.shipments,
}


def _open_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        used = any(out.iterdir())
    except OSError as error:
        raise BadArgument(
            f"cannot use {out} as a folder: {error.strerror}", next_step="choose another folder"
        ) from error
    if used:
        raise BadArgument(
            f"{out} is not empty",
            holds="nothing was written",
            next_step="choose a new folder, or empty this one",
        )
