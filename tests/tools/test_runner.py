"""Every tool is called in one place: question checked, right checked, time kept, result stored."""

import pytest

from domain.contract import Contract
from domain.errors import InvalidArgument, NotPermitted, TimeLimit, UnknownName
from domain.records.evidence import Note
from tools.registry import named, registry
from tools.rerun import differences, rerun
from tools.runner import run_tool
from tools.tool import Found, ToolContext, tool


class CountQuery(Contract):
    """A question."""

    rows: int = 3
    """How many rows."""


class Count(Contract):
    """An answer."""

    rows: int
    """How many there were."""


@tool(effect="read")
def count_rows(query: CountQuery, context: ToolContext) -> Found[Count]:
    """Counts rows."""
    found = context.snapshot.run("SELECT count(*) FROM range($n)", {"n": query.rows})
    return Found(Count(rows=found.values[0][0]), f"{query.rows} rows", (Note(code="x", text="y"),))


@tool(effect="read", seconds=0.3)
def never_ends(query: CountQuery, context: ToolContext) -> Found[Count]:
    """Takes for ever."""
    context.snapshot.run("SELECT count(*) FROM range(100000000) a, range(100000000) b", {})
    raise AssertionError("it ended")


@tool(effect="read", classes=("personal",))
def opens_letters(query: CountQuery, context: ToolContext) -> Found[Count]:
    """Reads personal data."""
    raise AssertionError("it was called")


@tool(effect="read")
def talks_too_much(query: CountQuery, context: ToolContext) -> Found[Count]:
    """Has a long summary."""
    return Found(Count(rows=1), "x" * 401)


def test_a_result_becomes_evidence_that_can_be_fetched(ask) -> None:
    context = ask()
    evidence = run_tool(count_rows, {"rows": 5}, context)
    assert evidence.result == {"rows": 5}
    assert evidence.versions.code == "count_rows/1"
    assert context.memory.evidence.get(evidence.id, context.snapshot.scope) == evidence


def test_defaults_are_part_of_the_question(ask) -> None:
    assert run_tool(count_rows, {}, ask()).id == run_tool(count_rows, {"rows": 3}, ask()).id


@pytest.mark.parametrize("arguments", [{"rows": "many"}, {"rwos": 3}, {"rows": None}])
def test_a_question_that_does_not_fit_names_the_field_and_what_there_is(ask, arguments) -> None:
    with pytest.raises(InvalidArgument, match=next(iter(arguments))) as caught:
        run_tool(count_rows, arguments, ask())
    assert "rows" in caught.value.next_step


def test_a_tool_is_stopped_at_its_time_and_leaves_the_snapshot_usable(ask) -> None:
    context = ask()
    with pytest.raises(TimeLimit):
        run_tool(never_ends, {}, context)
    assert run_tool(count_rows, {}, context).result == {"rows": 3}


def test_a_tool_on_data_that_the_asker_may_not_see_is_not_called(ask) -> None:
    with pytest.raises(NotPermitted, match="personal"):
        run_tool(opens_letters, {}, ask(classes=("public", "internal")))


def test_a_summary_that_would_not_fit_into_a_prompt_is_a_defect(ask) -> None:
    with pytest.raises(ValueError, match="longer than 400"):
        run_tool(talks_too_much, {}, ask())


def test_a_function_without_a_docstring_is_no_tool() -> None:
    def nameless(query: CountQuery, context: ToolContext) -> Found[Count]:
        raise AssertionError

    with pytest.raises(TypeError, match="docstring"):
        tool(effect="read")(nameless)


def test_an_unknown_tool_is_answered_with_near_names() -> None:
    with pytest.raises(UnknownName) as caught:
        named("trace_unti")
    assert "trace_unit" in caught.value.near


def test_tools_are_found_by_themselves_and_sorted() -> None:
    assert list(registry()) == sorted(registry())
    assert "describe_hub" in registry()


def test_a_rerun_on_the_same_commit_is_identical(ask) -> None:
    context = ask()
    evidence = run_tool(named("describe_hub"), {}, context)
    assert rerun(evidence, context).status == "identical"


def test_a_rerun_of_a_tool_that_is_no_longer_there_is_gone(ask) -> None:
    context = ask()
    evidence = run_tool(count_rows, {}, context)
    outcome = rerun(evidence, context)
    assert outcome.status == "gone"
    assert "count_rows" in outcome.reason


def test_differences_name_the_place_and_both_values() -> None:
    before = {"rows": [{"rate": 1.0}, {"rate": 2.0}], "n": 1}
    after = {"rows": [{"rate": 1.0}, {"rate": 3.0}, {"rate": 4.0}], "m": 1}
    assert [tuple(change) for change in differences(before, after)] == [
        ("rows.1.rate", 2.0, 3.0),
        ("rows.2", None, {"rate": 4.0}),
        ("n", 1, None),
        ("m", None, 1),
    ]
