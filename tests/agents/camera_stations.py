"""The looks of a camera station's brief, taken by the real tools, and what is said of them."""

from collections.abc import Callable
from typing import Any

from agents.agent import Failed, Findings
from agents.root_cause import ROOT_CAUSE, RootCauseReport
from agents.wording.wording import Wording, wording_for
from domain.errors import AndonError
from domain.records.evidence import Evidence
from domain.records.task import Brief
from tools.registry import named
from tools.runner import run_tool
from tools.tool import ToolContext


class Asking:
    """Looks without a budget."""

    def __init__(self, context: Callable[..., ToolContext]) -> None:
        self._context = context
        self.evidence: list[Evidence] = []
        self.failed: list[Failed] = []

    def ask(self, tool: str, **question: Any) -> Evidence | None:
        assert tool in ROOT_CAUSE.tools
        try:
            found = run_tool(named(tool), question, self._context())
        except AndonError as error:
            self.failed.append(Failed(tool, question, error))
            return None
        self.evidence.append(found)
        return found


def reported(context: Callable[..., ToolContext], **asked: Any) -> RootCauseReport:
    """The report on a brief."""
    brief = Brief(id="t1", agent="root_cause", goal="Look at the camera.", **asked)
    looks = Asking(context)
    ROOT_CAUSE.playbook(brief, looks)
    report = ROOT_CAUSE.draft(brief, Findings(tuple(looks.evidence), tuple(looks.failed)))
    assert isinstance(report, RootCauseReport)
    return report


def said(report: RootCauseReport, language: str = "en") -> str:
    """All that is said, line by line; steps and limits after the claims."""
    words: Wording = wording_for(language)
    claims = [words.claim(one) for one in report.claims]
    rest = (*report.next_steps, *report.limits, *report.open_questions)
    return "\n".join([*claims, *map(words.fact, rest)])
