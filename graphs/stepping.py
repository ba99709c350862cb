"""A language model's part in one task: further looks within the agent's tools, then its words.

It sees the brief, summaries and slots, never a table and never a customer's words. What it asks for
is run by code; what it writes is checked by code. Without it, or when it fails, the playbook's
findings stand as they are.
"""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from pydantic import Field

from agents.agent import Agent
from agents.prompting import language_name, prompt
from agents.wording.wording import Wording
from domain.contract import Contract
from domain.errors import InvalidArgument, UnknownName
from domain.records.answer import Decider
from domain.records.evidence import Evidence
from domain.records.task import Brief
from graphs.looking import SpecialistLooks
from graphs.offering import offer_of
from graphs.run import Run
from graphs.slots import SlotSheet
from services.model.errors import DID_NOT_ANSWER, ModelDidNotAnswer
from services.model.ledger import CostLedger
from services.model.message import Message, ToolCall, ToolSpec
from tools.registry import named

QUOTING = frozenset(
    {"code_feedback", "list_changes", "rejected_rows", "search_feedback", "trace_unit"}
)
"""Tools whose results hold other people's words: a model sees their summaries only."""
MOST_CALLS = 4
"""Tools that one turn may call (count)."""


class Words(Contract):
    """The end of a specialist's work."""

    text: str = Field(max_length=6000)
    """What the findings mean, in the asked language, with slots for every figure, name and verdict;
    empty if words were not asked for."""


class Stepped(NamedTuple):
    """What came of a model's part."""

    text: str
    """Its words with slots, not checked yet."""
    decided_by: Decider
    """Whether it had a say in the looks."""
    problem: str = ""
    """Why it had none."""


class Task(NamedTuple):
    """One specialist at work."""

    agent: Agent
    """Who."""
    brief: Brief
    """On what."""
    looks: SpecialistLooks
    """What it has looked up so far."""
    wording: Wording
    """The language of the answer."""
    alone: bool
    """Whether its words go to the asker as they are."""

    def slots(self) -> tuple[str, ...]:
        """The slots that its words may use now; none if they are not wanted."""
        if not self.alone:
            return ()
        report = self.agent.draft(self.brief, self.looks.findings)
        return SlotSheet(report.claims, self.wording).listing()


async def further_looks(task: Task, run: Run, ledger: CostLedger) -> Stepped:
    """Let a model look further, at most as often as the run allows, and word the findings."""
    assert run.model is not None
    talk = [Message(role="system", content=task.agent.prompt)]
    talk.append(Message(role="user", content=_opening(task)))
    for turn in range(run.limits.looks + 1):
        offered = _offers(task) if turn < run.limits.looks and not task.looks.spent else ()
        try:
            said = await run.model.complete(talk, ledger=ledger, tools=offered, schema=Words)
        except ModelDidNotAnswer as error:
            return Stepped("", "rules" if turn == 0 else "model", error.message)
        if said.value is not None:
            return Stepped(said.value.text, "model")
        talk.append(said.message())
        talk += await _looked(said.tool_calls, task, last=turn + 1 >= run.limits.looks)
    return Stepped("", "model", f"{DID_NOT_ANSWER}it asked for more looks than there are")


def _opening(task: Task) -> str:
    findings = task.looks.findings
    return prompt(
        "task",
        brief=task.brief,
        evidence=findings.evidence,
        failed=[(one.tool, one.error.message) for one in findings.failed],
        cut=findings.cut,
        slots=task.slots(),
        language=language_name(task.wording.language),
        alone=task.alone,
    )


def _offers(task: Task) -> tuple[ToolSpec, ...]:
    return tuple(offer_of(named(name)) for name in sorted(task.agent.offered))


async def _looked(calls: Sequence[ToolCall], task: Task, *, last: bool) -> list[Message]:
    """The results of a turn's calls, the slots that there are now, and what may come next."""
    told = []
    for place, call in enumerate(calls):
        text = "not run: too many calls in one turn"
        if place < MOST_CALLS:
            text = await asyncio.to_thread(_one_look, call, task)
        told.append(Message(role="tool", content=text, tool_call_id=call.id))
    ending = prompt(
        "looked",
        slots=task.slots(),
        language=language_name(task.wording.language),
        alone=task.alone,
        last=last or task.looks.spent,
    )
    told[-1] = told[-1].model_copy(update={"content": f"{told[-1].content}\n\n{ending}"})
    return told


def _one_look(call: ToolCall, task: Task) -> str:
    looks, offered = task.looks, sorted(task.agent.offered)
    if call.name not in offered:
        return f"there is no tool {call.name}; there is {', '.join(offered)}"
    before = len(looks.failed)
    found = looks.ask(call.name, **call.arguments)
    if found is not None:
        return "\n".join(map(_shown, (found, *_follow_up(found, task))))
    if len(looks.failed) > before:
        error = looks.failed[-1].error
        if isinstance(error, InvalidArgument | UnknownName):
            looks.failed.pop()  # a slip of the model's own: no limit of the answer
        return f"{error.message}. {error.next_step}".strip()
    return looks.findings.cut or "this was asked before and brought nothing"


def _follow_up(found: Evidence, task: Task) -> tuple[Evidence, ...]:
    """What a finding calls for, so that a model's look is tested like the playbook's."""
    if task.agent.follow_up is None:
        return ()
    known = len(task.looks.findings.evidence)
    task.agent.follow_up(found, task.looks)
    return task.looks.findings.evidence[known:]


def _shown(found: Evidence) -> str:
    warnings = "".join(f"\nnote: {note.text}" for note in found.warnings)
    body = f"{found.id} {found.summary}{warnings}"
    if found.tool == "get_evidence" and found.result["tool"].split("/")[0] not in QUOTING:
        body += f"\n{found.result['excerpt']}"
    return body
