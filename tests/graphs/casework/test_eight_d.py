"""The 8D report goes to customers: whole sentences, every figure with its evidence, blanks open."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from domain.records.case import CaseCause
from domain.records.proposal import PAYLOADS
from graphs.casework.eight_d import WHAT, Form, eight_d
from memory.cases import state_cause
from tests.graphs.casework_parts import Desk
from tests.memory.ledgers import NOW

FORMS: tuple[Form, ...] = ("md", "html")


def report(desk: Desk, form: Form = "md") -> str:
    proposals = [one for kind in WHAT for one in desk.proposals(kind)]
    store, scope = desk.working.tools.memory.evidence, desk.working.tools.snapshot.scope

    def summary(evidence_id: str) -> str:
        return store.get(evidence_id, scope).summary

    return eight_d(desk.file, proposals, summary, form=form, now=NOW)


@pytest.mark.parametrize("form", FORMS)
def test_no_line_reads_like_a_dump_of_data(desk: Desk, form: Form) -> None:
    text = report(desk, form)
    body = text.partition("</style>")[2] or text
    body = re.sub(r"<details>.*?</details>|^- E-.*?$", "", body, flags=re.DOTALL | re.MULTILINE)
    assert not re.search(r"[{}]|None|True|False|model_id|lot_ids|by_state|5m1e|not_recorded", body)
    assert not re.search(r"\d\.\d{6}", body), "figures are rounded"


@pytest.mark.parametrize("form", FORMS)
def test_every_discipline_and_its_evidence_is_in_it(desk: Desk, form: Form) -> None:
    text = report(desk, form)
    assert [f"D{number} " in text for number in range(9)] == [True] * 9
    cited = {one for step in desk.file.steps for one in step.evidence}
    assert cited
    assert all(one in text for one in cited)


def test_blanks_are_marked_open(desk: Desk) -> None:
    text = report(desk)
    assert "**Why the system allowed it**: open: not stated yet" in text
    assert "## D5 Chosen corrective action (open)\n\n- open" in text
    assert "**Owner**: open" in text


def test_quantities_stand_by_state_and_country(desk: Desk) -> None:
    text, scope = report(desk), desk.step("D3").content["scope"]
    for row in scope["by_country"]:
        if row["sold"] is not None:
            assert f"| {row['country']} | {row['stock']:,} | {row['in_transit']:,} |" in text
    assert f"{scope['loose_pieces']:,}, of {scope['lots']} lots" in text


@pytest.mark.parametrize("form", FORMS)
def test_words_of_people_are_only_words(desk: Desk, form: Form) -> None:
    words = "<script>alert(1)</script> | **bold** [link](http://x) \x1b[31m"
    said = CaseCause(
        case_id=desk.case_id,
        kind="systemic",
        statement=words,
        condition=None,
        status="untested",
        evidence=(),
        by="maria",
        at=NOW,
    )
    with replace(desk.working, by="maria").change() as change:
        state_cause(change, said)
    text = report(desk, form)
    assert "<script>" not in text
    assert "\x1b" not in text
    if form == "md":
        assert "**bold**" not in text
        assert "[link]" not in text


def test_what_the_reader_may_not_see_is_said_to_be_withheld(desk: Desk) -> None:
    steps = tuple(
        one.model_copy(update={"content": {"withheld": "Not shown."}}) if one.step == "D3" else one
        for one in desk.file.steps
    )
    text = eight_d(
        desk.file.model_copy(update={"steps": steps}), [], lambda _: "", form="md", now=NOW
    )
    assert "## D3 Containment (open)\n\n- Not shown." in text


def test_every_kind_of_proposal_has_a_word() -> None:
    assert WHAT.keys() == PAYLOADS.keys()


def test_a_case_of_nothing_yet_can_be_reported(new_desk: Callable[..., Desk]) -> None:
    text = report(new_desk())
    assert "Where | not bounded yet" in text
    assert "Nothing was proposed." in text
