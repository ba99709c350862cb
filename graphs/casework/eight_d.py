"""The 8D report of a case: what is known step by step, with evidence; what is not known stays open.

It is made from the ledger at the moment of asking and holds nothing of its own.
"""

import re
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Literal

from jinja2 import Environment, PackageLoader, StrictUndefined

from domain.records.proposal import Proposal
from graphs.casework.disciplines import sections
from graphs.casework.sections import moment, symptom, units
from memory.case_rows import CaseFile

Form = Literal["md", "html"]
_COMMANDS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Characters that command a terminal or turn the order of reading: people's words may hold them."""
WHAT: dict[str, str] = {
    "issue_scar": "corrective action request to the supplier",
    "message_supplier": "message to the supplier",
    "change_rating_band": "change of the supplier's rating",
    "enter_controlled_shipping": "start of controlled shipping",
    "leave_controlled_shipping": "end of controlled shipping",
    "activate_test_recipe": "activation of a test recipe",
    "activate_vision_threshold": "activation of a vision threshold",
    "block_stock": "block of stock",
    "close_case": "closing of the case",
    "dismiss_case": "dismissal of the case",
    "dismiss_danger": "dismissal of a report of danger",
    "authority_notice": "notice to an authority",
}
"""Kinds of proposals in words."""


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
    text = template.render(
        case=file.case,
        symptom=symptom(file.case.symptom),
        where=units(file.case.where) if file.case.where.model_dump() else "not bounded yet",
        sections=sections(file, summary),
        actions=file.actions,
        proposals=sorted(proposals, key=lambda one: (one.proposed_at or now, one.id)),
        what=WHAT,
        signs=len(file.signs),
        now=now,
    )
    return _COMMANDS.sub("\ufffd", text)


@cache
def _templates() -> Environment:
    found = Environment(
        loader=PackageLoader("graphs.casework", "templates"),
        autoescape=lambda name: bool(name and name.endswith(".html.j2")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["moment"] = moment
    found.filters["md"] = _inert_markdown
    return found


def _inert_markdown(text: object) -> str:
    """Text that means nothing to Markdown: quotes of customers may stand in it."""
    plain = " ".join(str(text).split())
    for sign in "\\`*_{}[]<>#|!":
        plain = plain.replace(sign, f"\\{sign}")
    return plain
