"""Running a tool: its question is validated, the caller's right checked, its result kept.

This is the one place where a tool is called, whether by a person, a program or an agent.
"""

import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from domain.contract import Contract
from domain.errors import InvalidArgument, NotPermitted
from domain.records.evidence import Evidence, Versions
from memory.evidence import make_evidence
from tools.registry import AnyTool
from tools.tool import SUMMARY_LIMIT, Found, ToolContext


def run_tool(tool: AnyTool, arguments: Mapping[str, Any], context: ToolContext) -> Evidence:
    """Ask a tool and keep what it found.

    Args:
        tool: whom to ask.
        arguments: the question as JSON values.
        context: who asks, on which snapshot.

    Returns:
        The evidence, stored under its id.

    Raises:
        InvalidArgument: the question does not fit the tool's schema.
        NotPermitted: the asker may not see a data class that the tool needs.
        ToolError: as the tool's own docstring says.
    """
    question = validated(tool, arguments)
    _check_classes(tool, context)
    found = _timed(tool, question, context)
    if len(found.summary) > SUMMARY_LIMIT:
        raise ValueError(f"the summary of {tool.name} is longer than {SUMMARY_LIMIT} characters")
    evidence = make_evidence(
        tool=tool.name,
        query=(found.asked or question).model_dump(mode="json"),
        snapshot=context.snapshot,
        versions=Versions(
            hub_commit=context.snapshot.commit.commit_id,
            policy=context.services.policy_version,
            code=tool.code,
            library=context.services.standards.version if tool.library else None,
            vision_model=found.vision_model,
        ),
        result=found.result.model_dump(mode="json"),
        summary=found.summary,
        warnings=found.warnings,
        excluded=found.excluded,
        chart=found.chart,
    )
    context.memory.evidence.put(evidence)
    return evidence


def validated(tool: AnyTool, arguments: Mapping[str, Any]) -> Contract:
    """The question as the tool's type; InvalidArgument says which field is wrong and what fits."""
    try:
        question: Contract = tool.question.model_validate(dict(arguments))
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, item['loc'])) or 'question'}: {item['msg']}"
            for item in error.errors(include_url=False)
        )
        fields = ", ".join(tool.question.model_fields)
        raise InvalidArgument(
            f"{tool.name} cannot take this question: {problems}",
            next_step=f"fields of {tool.name}: {fields}",
        ) from error
    return question


def _check_classes(tool: AnyTool, context: ToolContext) -> None:
    missing = set(tool.classes) - set(context.snapshot.scope.classes)
    if missing:
        raise NotPermitted(
            f"{context.principal.id} may not see {', '.join(sorted(missing))} data,"
            f" which {tool.name} reads",
            next_step="ask the data owner for a role that may, or for an aggregate",
        )


def _timed(tool: AnyTool, question: Contract, context: ToolContext) -> Found[Any]:
    # A handle of its own, so that stopping this tool stops no other one on the same snapshot.
    with context.snapshot.fork() as snapshot:
        watch = threading.Timer(tool.seconds, snapshot.interrupt)
        watch.daemon = True
        watch.start()
        try:
            found: Found[Any] = tool.function(question, replace(context, snapshot=snapshot))
        finally:
            watch.cancel()
    return found
