"""Who is asked depends on what a request speaks of, not on how it is put."""

import pytest

from graphs.planning.concepts import spans_of_clauses
from graphs.planning.phrases import compiled


def agents(found) -> list[str]:
    return [task.agent for task in found.tasks]


@pytest.mark.parametrize(
    "text",
    ["Why do compressors of the RF-440 fail?", "RF-440 compressors keep dying, how come?",
     "compressor failures RF-440 reason", "what's behind all those dead RF-440 compressors",
     "Woran sterben die Verdichter der RF-440?", "pourquoi les compresseurs RF-440 lâchent",
     "por qué truenan los compresores RF-440", "pq o compressor do RF-440 ta falhando tanto",
     "czemu padają sprężarki w RF-440", "RF-440压缩机怎么老坏", "RF-440の圧縮機、なんで壊れるの",
     "ليش ضواغط RF-440 تخرب"],
)  # fmt: skip
def test_one_question_is_known_in_many_wordings(asked, text: str) -> None:
    assert agents(asked(text)) == ["root_cause"]


@pytest.mark.parametrize(
    "text",
    ["summary of complaints on the WM-900", "sumary of complaintts on the WM-900",
     "zusammenfasung der Beschwerdn zur WM-900", "Uebersicht der Beschwerden zur WM-900",
     "resumen de las quejas de la WM-900", "RESUMEN DE QUEJAS WM-900"],
)  # fmt: skip
def test_a_wrong_letter_a_missing_accent_or_capitals_change_nothing(asked, text: str) -> None:
    assert agents(asked(text)) == ["user_needs"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Customers complain about noise. Which standard sets a limit?", "standard_match"),
        ("Users want it quieter: which metrics and targets for the AC?", "requirement_metrics"),
        ("Complaints of the 65Q8 have risen, why?", "root_cause"),
        ("Claims rose after the lots of S-0102; draft a reminder to them", "supplier_followup"),
    ],
)
def test_what_is_only_the_occasion_asks_nothing(asked, text: str, expected: str) -> None:
    assert agents(asked(text)) == [expected]


def test_each_clause_may_ask_another_agent(asked) -> None:
    found = asked(
        "Top complaints of the WM-900 in Germany? Which lot is to blame? Then draft an 8D request."
    )
    assert agents(found) == ["user_needs", "root_cause", "supplier_followup"]


def test_where_failures_come_from_is_a_cause_and_the_supplier_comes_second(asked) -> None:
    found = asked("Where do the failures of no cooling come from, and what should the supplier do?")
    assert agents(found) == ["root_cause", "supplier_followup"]


def test_requirements_and_standards_stay_in_the_order_asked(asked) -> None:
    one = asked("Which standard applies to the AC in France, and what target should we set?")
    assert agents(one) == ["standard_match", "requirement_metrics"]
    other = asked("What target should we set for the AC, and which standard applies in France?")
    assert agents(other) == ["requirement_metrics", "standard_match"]


def test_a_named_method_is_what_is_asked(asked) -> None:
    found = asked("FMEA for the RF-440: failures, causes and effects of the compressor")
    assert agents(found) == ["requirement_metrics"]


def test_a_sampling_standard_is_the_suppliers_business_and_no_markets(asked) -> None:
    assert agents(asked("ISO 2859-1, lot of 500: how many pieces?")) == ["supplier_followup"]


@pytest.mark.parametrize("text", ["Why?", "which standard?", "deu certo?", "指标？"])
def test_a_question_without_an_object_is_asked_back(asked, text: str) -> None:
    assert asked(text).outcome == "clarify"


def test_a_question_with_a_word_more_is_answered(asked) -> None:
    assert agents(asked("Which lot causes it?")) == ["root_cause"]


def test_i_joins_clauses_in_polish_and_is_the_asker_in_english() -> None:
    assert len(spans_of_clauses("jaka norma i jaki znak", "pl")) == 2
    assert len(spans_of_clauses("which test voltages do i have to reset", "en")) == 1


@pytest.mark.parametrize("text", ["callcentre", "call centre", "call-centres"])
def test_a_blank_that_may_be_missing_and_a_word_that_may_go_on(text: str) -> None:
    assert compiled(["call ?cent*"]).fullmatch(text) is not None
