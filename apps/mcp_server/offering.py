"""What is listed: the tools that read or propose, as the registry declares them, and `ask`."""

from datetime import date
from functools import cache
from typing import Any

import mcp_types as types
from pydantic import Field, create_model

from domain.contract import Contract
from domain.records.answer import Answer
from domain.records.evidence import Evidence
from tools.registry import AnyTool, registry

ASK = "ask"
"""Name of the tool that puts a question to the supervisor."""
_OFFERED = ("read", "propose")
"""Effects of the tools that are offered: what only records is for the people of the house."""
_SAYS_ASK = """Put a question about quality to all specialists and get one cited answer.

Call it for questions that need more than one look: why something fails, whether a fix worked, what
to do next. It answers in the question's language, cites evidence ids (`E-…`) for every figure, and
says what it does not know. A `thread_id` of an earlier answer continues that conversation; when the
outcome is `clarify`, answer its question on the same thread. For one known figure, a single tool is
quicker."""


class Question(Contract):
    """A question to the supervisor."""

    text: str
    """The question, in any language."""
    thread_id: str | None = None
    """The conversation that it continues, as an earlier answer names it; none begins one."""
    language: str | None = None
    """Language of the answer (BCP 47); none for that of the question."""
    as_of: date | None = None
    """The day that "now" stands for; none for the newest day in the hub."""


@cache
def offered() -> dict[str, AnyTool]:
    """The tools that may be called, by name."""
    return {one.name: one for one in registry().values() if one.effect in _OFFERED}


@cache
def descriptions() -> tuple[types.Tool, ...]:
    """Everything that may be called, `ask` first."""
    return (_ask(), *(_described(one) for one in offered().values()))


def _ask() -> types.Tool:
    return types.Tool(
        name=ASK,
        description=_SAYS_ASK,
        input_schema=Question.model_json_schema(),
        output_schema=_wire_schema(Answer, "andon.answer/1", by_alias=True),
        # It keeps the conversation, and may propose; what it proposes waits for a person.
        annotations=types.ToolAnnotations(
            read_only_hint=False,
            destructive_hint=False,
            idempotent_hint=False,
            open_world_hint=False,
        ),
    )


def _described(tool: AnyTool) -> types.Tool:
    found = create_model(
        "Evidence", __base__=Evidence, result=(tool.result, Field(description="What was found."))
    )
    return types.Tool(
        name=tool.name,
        description=tool.description,
        input_schema=tool.input_schema(),
        output_schema=_wire_schema(found, "andon.evidence/1", by_alias=False),
        annotations=types.ToolAnnotations(
            read_only_hint=tool.effect == "read",
            destructive_hint=False,
            idempotent_hint=True,
            open_world_hint=False,
        ),
    )


def _wire_schema(record: type[Contract], name: str, *, by_alias: bool) -> dict[str, Any]:
    """The JSON schema of a record as programs receive it, with its name in front."""
    schema = record.model_json_schema(mode="serialization", by_alias=by_alias)
    named = {"schema": {"const": name, "type": "string"}, **schema["properties"]}
    return {**schema, "properties": named}
