"""`andon recall`: how far a suspicion reaches, and the serial numbers as a file."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import ValidationError

from apps.options import AsOfOption, HubOption, JsonOption, UserOption, day, wiring
from apps.render import OUT, escape, print_json, show_evidence
from domain.errors import BadArgument

if TYPE_CHECKING:
    from domain.records.cause import Condition

ConditionArgument = Annotated[
    str,
    typer.Argument(help='What is suspect as JSON, for example \'{"lot_ids": ["P-PSU-24117"]}\'.'),
]
SerialsOption = Annotated[
    Path | None,
    typer.Option("--serials", help="Write the serial numbers to this new CSV file."),
]


def recall(
    condition: ConditionArgument,
    serials: SerialsOption = None,
    hub: HubOption = None,
    user: UserOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Size a recall: units by state and country, loose pieces, and on request the serial list."""
    from tools.cases.recall_scope import recall_scope
    from tools.cases.serial_list import export_serials
    from tools.runner import run_tool

    suspect = _condition(condition)
    context = wiring(hub, user).context(as_of=day(as_of))
    evidence = run_tool(recall_scope, {"condition": suspect.model_dump(mode="json")}, context)
    written = export_serials(suspect, context, serials) if serials else None
    if as_json:
        file = {**written._asdict(), "path": str(written.path)} if written else None
        print_json({"schema": "andon.recall/1", "scope": evidence.to_json(), "serials": file})
        return
    show_evidence(evidence)
    if written:
        told = f"{written.certain:,} units, and {written.possible:,} that cannot be ruled out"
        OUT.print(f"{escape(str(written.path))}: {told}")
    OUT.print("nothing was sent or blocked: what to do is decided by a named person")


def _condition(text: str) -> "Condition":
    from domain.records.cause import Condition

    try:
        return Condition.model_validate(json.loads(text))
    except json.JSONDecodeError as error:
        raise BadArgument(
            f"the condition is no JSON: {error.msg} at character {error.pos + 1}",
            next_step='write it as \'{"lot_ids": ["…"]}\'',
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the condition"
        raise BadArgument(
            f"{where}: {first['msg']}", next_step=f"keys: {', '.join(Condition.model_fields)}"
        ) from error
