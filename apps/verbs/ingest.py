"""`andon ingest`: take files into the hub, or draft the mapping that they need."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from apps.options import HubOption, JsonOption, UserOption, wiring
from apps.render import ERR, OUT, print_json, show_load

if TYPE_CHECKING:
    from services.hub.ingest.load import Progress as Told

PathArgument = Annotated[Path, typer.Argument(help="A file or a folder.")]
MappingOption = Annotated[
    str | None, typer.Option("--mapping", help="A mapping file, or the name of a shipped one.")
]
ProposeOption = Annotated[bool, typer.Option("--propose", help="Draft a mapping; load nothing.")]
UpdateOption = Annotated[
    bool, typer.Option("--update", help="Replace held rows of the same key; old commits keep them.")
]
WaitOption = Annotated[float, typer.Option("--wait", help="Wait for another ingest (s).")]


def ingest(
    path: PathArgument,
    mapping: MappingOption = None,
    draft: ProposeOption = False,
    update: UpdateOption = False,
    wait: WaitOption = 60.0,
    hub: HubOption = None,
    user: UserOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a file or folder into the hub: nothing is lost, and a repeat changes nothing."""
    if draft:
        _propose(path, as_json)
        return
    from services.hub.ingest.load import ingest as take_in

    parts = wiring(hub, user)
    parts.principal  # noqa: B018  an unknown user must not write either
    with progress_bar() as told:
        report = take_in(
            parts.hub,
            path,
            parts.vault,
            now=parts.now(),
            mapping=mapping,
            update=update,
            wait=wait,
            progress=told,
        )
    print_json(report.to_json()) if as_json else show_load(report)


@contextmanager
def progress_bar() -> Iterator["Told"]:
    """A bar on standard error while the work goes on."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=ERR, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda what, done, total: bar.update(
            task, description=what, completed=done, total=total or None
        )


def _propose(path: Path, as_json: bool) -> None:
    from services.hub.ingest.drafting import draft_mapping

    proposal = draft_mapping(path)
    if as_json:
        columns = [column._asdict() for column in proposal.columns]
        body = {**proposal._asdict(), "columns": columns}
        print_json({"schema": "andon.mapping_proposal/1", **body})
        return
    OUT.print(proposal.text, markup=False, soft_wrap=True)
    for question in proposal.questions:
        ERR.print(f"question: {question}", markup=False)
    ERR.print("next: save it as andon-mapping.yaml beside the file, answer the questions, ingest")
