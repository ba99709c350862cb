"""`andon tools` lists what may be looked up, `andon tool` looks it up."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from apps.options import AsOfOption, HubOption, JsonOption, UserOption, day, wiring
from apps.render import OUT, escape, print_json, show_evidence
from domain.errors import BadArgument

if TYPE_CHECKING:
    from tools.registry import AnyTool

NameArgument = Annotated[str, typer.Argument(help="Name of the tool; `andon tools` lists them.")]
QuestionArgument = Annotated[
    str, typer.Argument(help='The question as JSON, for example \'{"model_id": ["TV-55"]}\'.')
]


def tools(
    name: Annotated[str | None, typer.Argument(help="Show the question of one tool.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List the tools, or show what one of them takes."""
    from tools.registry import named, registry

    chosen = [named(name)] if name else list(registry().values())
    if as_json:
        listed = [
            {"name": t.name, "says": t.summary, "effect": t.effect, "question": t.input_schema()}
            for t in chosen
        ]
        print_json({"schema": "andon.tools/1", "tools": listed})
        return
    if name:
        _show_question(chosen[0])
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("tool", "effect", "what it answers"):
        table.add_column(heading)
    for one in chosen:
        table.add_row(one.name, one.effect, escape(one.summary))
    OUT.print(table)
    OUT.print("next: andon tools NAME, then andon tool NAME '{…}'")


def tool(
    name: NameArgument,
    question: QuestionArgument = "{}",
    hub: HubOption = None,
    user: UserOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask one tool and print its evidence."""
    from tools.registry import named
    from tools.runner import run_tool

    arguments = _arguments(question)
    chosen = named(name)
    evidence = run_tool(chosen, arguments, wiring(hub, user).context(as_of=day(as_of)))
    if as_json:
        print_json(evidence.to_json())
    else:
        show_evidence(evidence)


def _arguments(question: str) -> dict[str, Any]:
    try:
        value = json.loads(question)
    except json.JSONDecodeError as error:
        raise BadArgument(
            f"the question is no JSON: {error.msg} at character {error.pos + 1}",
            next_step='write it as \'{"field": "value"}\'',
        ) from error
    if not isinstance(value, dict):
        raise BadArgument("the question is no JSON object", next_step="write it as '{…}'")
    return value


def _show_question(chosen: "AnyTool") -> None:
    OUT.print(f"[bold]{chosen.name}[/bold] ({chosen.effect})\n{escape(chosen.description)}\n")
    table = Table(box=None, pad_edge=False)
    for heading in ("field", "type", "default", "meaning"):
        table.add_column(heading, overflow="fold")
    schema = chosen.input_schema()
    for field, body in schema.get("properties", {}).items():
        required = field in schema.get("required", ())
        default = "required" if required else json.dumps(body.get("default"))
        table.add_row(field, _type(body), escape(default), escape(body.get("description", "")))
    OUT.print(table)


def _type(body: dict[str, Any]) -> str:
    options = body.get("anyOf") or [body]
    names = [option.get("type") or option.get("$ref", "").split("/")[-1] for option in options]
    if "enum" in body:
        return " | ".join(map(str, body["enum"]))
    return " | ".join(name for name in names if name and name != "null")
