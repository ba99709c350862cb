"""Options that stand on every verb that reads."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from apps.wiring import Wiring

HubOption = Annotated[
    Path | None, typer.Option("--hub", help="Folder of the hub (ANDON_HUB, default: hub).")
]
UserOption = Annotated[
    str | None, typer.Option("--as", help="Who asks, as in the users file (ANDON_USER).")
]
AsOfOption = Annotated[
    datetime | None,
    typer.Option(
        "--as-of",
        formats=["%Y-%m-%d"],
        help="The day that 'now' stands for; default: the newest day in the hub.",
    ),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print exactly one JSON object on standard output.")
]
QuietOption = Annotated[
    bool, typer.Option("--quiet", help="Say nothing on standard error while it works.")
]


def wiring(hub: Path | None, user: str | None = None) -> "Wiring":
    """The program's parts for one command; loaded here, so that `--help` stays quick."""
    from apps.settings import Settings
    from apps.wiring import Wiring

    return Wiring(Settings.from_environment(hub=hub, user=user))


def day(moment: datetime | None) -> date | None:
    """The date of an `--as-of` option."""
    return moment.date() if moment else None
