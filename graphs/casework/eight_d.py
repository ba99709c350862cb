"""The 8D report of a case: what is known step by step, with evidence; what is not known stays open.

It is made from the ledger at the moment of asking and holds nothing of its own.
"""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any, Literal

from jinja2 import Environment, PackageLoader, StrictUndefined

from domain.contract import Contract
from domain.records.case import CauseKind, Step
from domain.records.proposal import Proposal
from memory.case_rows import CaseFile

Form = Literal["md", "html"]
TITLES = {
    "D0": "Emergency response",
    "D1": "Team",
    "D2": "Problem description",
    "D3": "Containment",
    "D4": "Causes",
    "D5": "Chosen corrective action",
    "D6": "Corrective action in place, and its effect",
    "D7": "Prevention and read-across",
    "D8": "Closure",
}
CAUSES: tuple[tuple[CauseKind, str], ...] = (
    ("occurrence", "Why it arose"),
    ("escape", "Why it was not caught"),
    ("systemic", "Why the system allowed it"),
)
OPEN = "open"
MOST_CHARACTERS = 2_000


class Line(Contract):
    """One line of a step."""

    label: str
    """What it is about."""
    text: str
    """What is known."""


class Section(Contract):
    """One discipline as it is shown."""

    step: str
    """D0 to D8."""
    title: str
    """What it is."""
    state: str
    """open, done or not applicable."""
    lines: tuple[Line, ...]
    """What is known."""
    evidence: tuple[str, ...]
    """Evidence ids, each with its summary where the reader may see it."""


def eight_d(
    file: CaseFile,
    proposals: list[Proposal],
    summary: Callable[[str], str],
    *,
    form: Form,
    now: datetime,
) -> str:
    """The report as Markdown or as a page of its own.

    Args:
        file: the case.
        proposals: what was proposed for it.
        summary: of evidence by its id; empty where the reader may not see it.
        form: `md` or `html`.
        now: the moment (UTC), shown as the report's own.
    """
    template = _templates().get_template(f"eight_d.{form}.j2")
    return template.render(
        case=file.case,
        sections=[_section(one, file, summary) for one in file.steps],
        causes=[_cause(kind, label, file) for kind, label in CAUSES],
        actions=file.actions,
        checks=file.checks,
        proposals=proposals,
        signs=len(file.signs),
        now=now,
    )


def _section(step: Step, file: CaseFile, summary: Callable[[str], str]) -> Section:
    lines = list(_lines(step.content))
    if step.step == "D1":
        lines.insert(0, Line(label="owner", text=file.case.owner or OPEN))
    cited = [f"{one}: {said}" if (said := summary(one)) else one for one in step.evidence]
    return Section(
        step=step.step,
        title=TITLES[step.step],
        state=step.state.replace("_", " "),
        lines=tuple(lines) or (Line(label="", text=OPEN),),
        evidence=tuple(cited),
    )


def _cause(kind: CauseKind, label: str, file: CaseFile) -> Line:
    found = next((one for one in file.causes if one.kind == kind), None)
    if found is None:
        return Line(label=label, text=f"{OPEN}: not stated yet")
    cited = f" [{', '.join(found.evidence)}]" if found.evidence else ""
    return Line(label=label, text=f"{found.statement} ({found.status}, by {found.by}){cited}")


def _lines(content: dict[str, Any]) -> list[Line]:
    found = []
    for key, value in content.items():
        label = key.replace("_", " ")
        if isinstance(value, list):
            found += [Line(label=label, text=_text(one)) for one in value]
        elif value not in (None, "", {}):
            found.append(Line(label=label, text=_text(value)))
    return found


def _text(value: Any) -> str:  # noqa: ANN401  any JSON
    if isinstance(value, dict):
        parts = [f"{key.replace('_', ' ')} {_text(one)}" for key, one in value.items()
                 if one not in (None, "", [], {})]  # fmt: skip
        return ", ".join(parts)[:MOST_CHARACTERS]
    if isinstance(value, list):
        return "; ".join(_text(one) for one in value)[:MOST_CHARACTERS]
    return str(value)[:MOST_CHARACTERS]


@cache
def _templates() -> Environment:
    found = Environment(
        loader=PackageLoader("graphs.casework", "templates"),
        autoescape=lambda name: bool(name and name.endswith(".html.j2")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["moment"] = lambda moment: f"{moment:%Y-%m-%d %H:%M} UTC"
    found.filters["md"] = _inert_markdown
    return found


def _inert_markdown(text: object) -> str:
    """Text that means nothing to Markdown: quotes of customers may stand in it."""
    plain = " ".join(str(text).split())
    for sign in "\\`*_{}[]<>#|!":
        plain = plain.replace(sign, f"\\{sign}")
    return plain
