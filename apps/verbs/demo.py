"""`andon demo`: a small plant from nothing to three findings, in a folder of its own."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from apps.options import JsonOption
from apps.render import OUT, print_json, show_evidence, show_load
from apps.verbs.ingest import progress_bar
from apps.verbs.init import create
from domain.errors import BadArgument

if TYPE_CHECKING:
    from domain.records.evidence import Evidence

UNITS = 20_000
QUESTIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("data_quality", {}),
    ("quality_metric", {"metric": "claim_rate", "by": ["model_id"]}),
    ("claim_rate", {}),
    ("list_changes", {}),
)


def demo(
    folder: Annotated[Path, typer.Argument(help="Folder to make; new or empty.")] = Path("demo"),
    as_json: JsonOption = False,
) -> None:
    """Simulate a small plant, take it in, and show what there is to see."""
    from apps.wiring import Settings, Wiring
    from services.hub.ingest.load import ingest
    from services.hub.simulate import Plan, simulate
    from tools.registry import named
    from tools.runner import run_tool

    if folder.exists() and any(folder.iterdir()):
        raise BadArgument(
            f"{folder} is not empty", holds="it was left as it is", next_step="name another folder"
        )
    parts = Wiring(
        Settings(
            hub=folder / "hub",
            state=folder / "state",
            config=folder / "state",
            user="engineer",
            database_url=None,
            now=None,
        )
    )
    with progress_bar() as told:
        simulate(Plan(units=UNITS), folder / "exports", told)
        create(parts.settings.hub, parts)
        report = ingest(parts.hub, folder / "exports", parts.vault, now=parts.now(), progress=told)
    context = parts.context()
    found = [run_tool(named(tool), question, context) for tool, question in QUESTIONS]
    if as_json:
        listed = [evidence.to_json() for evidence in found]
        print_json({"schema": "andon.demo/1", "ingest": report.to_json(), "evidence": listed})
        return
    show_load(report)
    for evidence in found:
        OUT.rule(evidence.tool)
        show_evidence(evidence)
    _where_next(folder, found)


def _where_next(folder: Path, found: list["Evidence"]) -> None:
    OUT.rule("where to look next")
    set_up = f"export ANDON_HUB={folder}/hub ANDON_STATE={folder}/state"
    for line in (
        f"{set_up}    (the rest of these read this plant)",
        "andon tools                          what may be asked",
        f"andon evidence {found[1].id} --rerun    check a finding again on the same data",
        "andon ingest YOUR_FOLDER             take in your own data; a repeat changes nothing",
    ):
        OUT.print(line, soft_wrap=True)
