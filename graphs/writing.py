"""From claims to text: a model's words over slots if there are any, else the template; checked."""

from typing import NamedTuple

from pydantic import Field

from agents.prompting import language_name, prompt
from agents.wording.wording import wording_for
from domain.contract import Contract
from domain.records.answer import Decider
from domain.records.claim import Claim
from graphs.answering import language_of_answer
from graphs.grounding import Problem
from graphs.merging import Merged, merged
from graphs.run import Run
from graphs.slots import SlotSheet
from graphs.state import State
from services.model.chat import ChatModel
from services.model.errors import DID_NOT_ANSWER, ModelDidNotAnswer
from services.model.message import Message


class WrittenText(Contract):
    """The answer as a model words it."""

    text: str = Field(max_length=6000)
    """The answer in the asked language, with slots for every figure, name and verdict."""


class Drafted(NamedTuple):
    """A text with slots."""

    text: str
    """The text, not checked yet; empty where there is nothing to say."""
    decided_by: Decider
    """Who wrote it."""
    problem: str = ""
    """Why a model did not."""


class Final(NamedTuple):
    """A text without slots, in which every statement comes from a claim."""

    text: str
    """The text."""
    decided_by: Decider
    """Who wrote it."""
    problems: tuple[Problem, ...] = ()
    """What was wrong with a model's text; it was mended or put aside."""


async def written(state: State, run: Run) -> Drafted:
    """Word the findings."""
    found = merged(state)
    if not found.claims:
        return Drafted("", "rules")
    if len(found.reports) == 1:
        [(_, only)] = state["reports"].items()
        if only["text"].strip():
            return Drafted(only["text"], "model", only["problem"])
        return Drafted(template(found.claims), "rules", only["problem"])
    if run.model is None:
        return Drafted(template(found.claims), "rules")
    return await _by_model(found, state, run)


def template(claims: tuple[Claim, ...]) -> str:
    """The text that needs no model: every claim in the order of its report."""
    return "\n".join(f"⟦{one.id}⟧" for one in claims)


async def checked(state: State, run: Run) -> Final:
    """Fill the slots of a text in which every statement has one; else have it mended, once."""
    claims = merged(state).claims
    wording = wording_for(language_of_answer(state))
    sheet = SlotSheet(claims, wording)
    draft, question = state["draft"], state["asked"]["text"]
    text: str = draft["text"]
    if draft["decided_by"] == "rules":
        return Final(sheet.fill(text), "rules")
    problems = sheet.problems(text, question)
    if not problems:
        return Final(sheet.fill(text), "model")
    asked = prompt(
        "mend",
        text=text,
        problems=problems,
        slots=sheet.listing(),
        language=language_name(wording.language),
    )
    mended = await _mended(asked, run)
    if mended and not sheet.problems(mended, question):
        return Final(sheet.fill(mended), "model", problems)
    return Final(sheet.fill(template(claims)), "rules", problems)


async def _by_model(found: Merged, state: State, run: Run) -> Drafted:
    assert run.model is not None
    wording = wording_for(language_of_answer(state))
    asked = prompt(
        "write",
        question=state["asked"]["text"],
        language=language_name(wording.language),
        slots=SlotSheet(found.claims, wording).listing(),
        contradictions=[wording.fact(one) for one in found.contradictions],
    )
    try:
        text = await _asked_to_write(asked, run.model, run)
    except ModelDidNotAnswer as error:
        return Drafted(template(found.claims), "rules", error.message)
    if not text.strip():
        return Drafted(template(found.claims), "rules", f"{DID_NOT_ANSWER}it wrote nothing")
    return Drafted(text, "model")


async def _mended(asked: str, run: Run) -> str:
    if run.model is None:
        return ""
    try:
        return await _asked_to_write(asked, run.model, run)
    except ModelDidNotAnswer:
        return ""


async def _asked_to_write(asked: str, model: ChatModel, run: Run) -> str:
    """The text that a model writes by the writer's rules; empty if it only called tools."""
    messages = [
        Message(role="system", content=prompt("write_rules")),
        Message(role="user", content=asked),
    ]
    said = await model.complete(messages, ledger=run.ledger, schema=WrittenText)
    return "" if said.value is None else said.value.text
