"""`andon demo`: a small plant from nothing to three findings, in a folder of its own."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from apps.options import JsonOption
from apps.render import OUT, print_json, show_evidence, show_load
from apps.verbs.ingest import progress_bar
from apps.verbs.init import create
from domain.errors import BadArgument

if TYPE_CHECKING:
    from apps.wiring import Wiring
    from domain.records.load import LoadReport

UNITS = 20_000
PANEL: tuple[str, dict[str, Any]] = ("data_quality", {"most": 5})
FINDINGS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("quality_metric", {"metric": "claims_per_unit_month", "by": ["family", "symptom_code"],
                        "most": 6}),
    ("claim_rate", {"months_in_service": 12}),
    ("quality_metric", {"metric": "supplier_ppm", "by": ["supplier_id"], "most": 6}),
)  # fmt: skip


def demo(
    folder: Annotated[
        Path, typer.Argument(help="Folder to make, or that an earlier demo made.")
    ] = Path("demo"),
    as_json: JsonOption = False,
) -> None:
    """Simulate a small plant, take it in, and show what there is to see."""
    from tools.registry import named
    from tools.runner import run_tool

    parts = _wiring(folder)
    report = _plant(folder, parts)
    context = parts.context()
    panel, *found = (run_tool(named(name), asked, context) for name, asked in (PANEL, *FINDINGS))
    if as_json:
        listed = [evidence.to_json() for evidence in (panel, *found)]
        print_json({"schema": "andon.demo/1", "ingest": report.to_json(), "evidence": listed})
        return
    show_load(report)
    OUT.rule("how good the data is")
    show_evidence(panel)
    for evidence in found:
        OUT.rule(evidence.tool)
        show_evidence(evidence)
    _where_next(folder, found[1].id)


def _wiring(folder: Path) -> "Wiring":
    from apps.wiring import Settings, Wiring

    return Wiring(
        Settings(
            hub=folder / "hub",
            state=folder / "state",
            config=folder / "state",
            user="engineer",
            database_url=None,
            now=None,
        )
    )


def _plant(folder: Path, parts: "Wiring") -> "LoadReport":
    """The plant, made or found: a second demo finds the first one's."""
    from services.hub.ingest.load import ingest
    from services.hub.simulate import Plan, simulate

    exports = folder / "exports"
    if folder.exists() and any(folder.iterdir()) and not exports.exists():
        raise BadArgument(
            f"{folder} holds something else", holds="it was left", next_step="name another folder"
        )
    with progress_bar() as told:
        if not (exports / "truth.json").exists():
            shutil.rmtree(exports, ignore_errors=True)  # an earlier demo was stopped half-way
            simulate(Plan(units=UNITS), exports, told)
        if not parts.settings.hub.exists():
            create(parts.settings.hub, parts)
        return ingest(parts.hub, exports, parts.vault, now=parts.now(), progress=told)


def _where_next(folder: Path, evidence_id: str) -> None:
    OUT.rule("where to look next")
    for line in (
        f"export ANDON_HUB={folder}/hub ANDON_STATE={folder}/state   # the rest reads this plant",
        "andon tools                           # what may be asked",
        f"andon evidence {evidence_id} --rerun   # check a finding again on the same data",
        "andon ingest YOUR_FOLDER              # your own data; a repeat changes nothing",
    ):
        OUT.print(line, soft_wrap=True)
