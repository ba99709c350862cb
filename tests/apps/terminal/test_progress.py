"""Progress goes to standard error: a line a task on a terminal, a line a happening in a file."""

import io

import pytest
from rich.console import Console

from apps import render
from apps.terminal import progress as module
from apps.terminal.cells import wide
from apps.terminal.progress import Lines, LiveTasks, progress


@pytest.fixture
def lines(recorded) -> list[str]:
    found: list[str] = []
    with Lines(found.append) as shown:
        for one in recorded:
            shown.show(one)
    return found


def test_a_file_gets_the_plan_the_looks_and_the_warnings(lines) -> None:
    assert lines == [
        "plan (rules): root_cause: Find why.\nplan: a stated default",
        "root_cause: rank_causes: E-AAAAAAAAAA cause found",
        "root_cause: trace_lot: nothing recorded",
        "warning: the model did not answer",
        "root_cause: done",
    ]


def test_an_event_without_the_expected_keys_is_no_failure(event) -> None:
    kinds = ("plan", "task", "tool_call", "tool_result", "token", "question", "budget", "evidence")
    for shown in (Lines(lambda _: None), LiveTasks()):
        for kind in kinds:
            shown.show(event(kind))


def test_quiet_says_nothing(recorded, capfd) -> None:
    with progress(quiet=True) as shown:
        for one in recorded:
            shown.show(one)
    assert capfd.readouterr() == ("", "")


def test_nothing_goes_to_standard_output(recorded, capfd) -> None:
    with progress(quiet=False) as shown:
        for one in recorded:
            shown.show(one)
    out, err = capfd.readouterr()
    assert out == ""
    assert "rank_causes" in err


def test_markup_in_an_event_is_not_obeyed(event, capfd) -> None:
    with progress(quiet=False) as shown:
        shown.show(event("warning", text="[bold]\x1b[2Jx[/bold]"))
    assert "[bold]\ufffd[2Jx[/bold]" in capfd.readouterr().err


def test_a_terminal_gets_one_line_a_task_that_is_gone_in_the_end(recorded, monkeypatch) -> None:
    written = io.StringIO()
    console = Console(file=written, force_terminal=True, width=60, color_system=None)
    monkeypatch.setattr(module, "ERR", console)
    with progress(quiet=False) as shown:
        assert isinstance(shown, LiveTasks)
        for one in recorded[:5]:
            shown.show(one)
        with console.capture() as picture:
            console.print(shown)
        for one in recorded[5:]:
            shown.show(one)
    assert "root_cause   2 looks  trace lot" in picture.get()
    assert all(wide(line) <= 60 for line in picture.get().splitlines())
    assert "warning: the model did not answer" in written.getvalue()
    assert written.getvalue().endswith("\x1b[2K")


def test_the_console_of_errors_is_standard_error() -> None:
    assert render.ERR.stderr
