import csv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.errors import InvalidArgument, NotPermitted, UnknownName
from domain.records.cause import Condition
from tests.conftest import fill
from tests.tools.cases.suspect_plant import world
from tools.cases import serial_list
from tools.cases.recall_scope import recall_scope
from tools.cases.serial_list import COLUMNS, export_serials, plain
from tools.runner import run_tool
from tools.tool import ToolContext

Ask = Callable[..., ToolContext]
WORLD = world()
LOT = Condition(lot_ids=("L1",))


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_file_holds_the_units_of_the_scope(ask_stocked: Ask, tmp_path: Path) -> None:
    context = ask_stocked()
    scope = run_tool(recall_scope, {"condition": {"lot_ids": ["L1"]}}, context).result
    written = export_serials(LOT, context, tmp_path / "serials.csv")
    rows = rows_of(written.path)
    assert (written.certain, written.possible) == (scope["units"], scope["possible"])
    assert [row["certain"] for row in rows].count("yes") == scope["units"]
    assert [row["serial"] for row in rows] == sorted(row["serial"] for row in rows)
    sold = {one["state"]: one["units"] for one in scope["by_state"]}["sold"]
    assert sum(row["state"] == "sold" for row in rows) == sold
    first = next(row for row in rows if row["serial"] == "SN-00")
    assert tuple(first) == COLUMNS
    assert (first["country"], first["lots"], first["built_at"]) == (
        "DE",
        "L1",
        "2026-03-02T00:00:00+00:00",
    )
    assert not list(tmp_path.glob("*.part"))


def test_a_long_list_is_written_page_by_page(ask_stocked: Ask, tmp_path: Path, monkeypatch) -> None:
    export_serials(LOT, ask_stocked(), tmp_path / "whole.csv")
    monkeypatch.setattr(serial_list, "PAGE", 5)
    export_serials(LOT, ask_stocked(), tmp_path / "paged.csv")
    assert rows_of(tmp_path / "paged.csv") == rows_of(tmp_path / "whole.csv")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_no_cell_is_taken_for_a_formula(text: str) -> None:
    assert plain(text) == f"'{text}"
    assert plain("SN-00") == "SN-00"
    assert plain(None) == ""


def test_a_serial_number_that_looks_like_a_formula_is_written_plainly(
    hub, ask: Ask, tmp_path: Path
) -> None:
    built = datetime(2026, 3, 2, tzinfo=UTC)
    fill(hub, {"units": [{"serial": '=HYPERLINK("x")', "model_id": "M", "built_at": built}]})
    written = export_serials(Condition(model_id=("M",)), ask(), tmp_path / "serials.csv")
    assert [row["serial"] for row in rows_of(written.path)] == ['\'=HYPERLINK("x")']


def test_a_reader_of_some_regions_gets_no_list_that_would_be_incomplete(
    ask_stocked: Ask, tmp_path: Path
) -> None:
    context = ask_stocked(regions=("APAC",))
    for condition in (LOT, LOT.model_copy(update={"country": ("JP", "DE")})):
        with pytest.raises(NotPermitted, match="incomplete"):
            export_serials(condition, context, tmp_path / "serials.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_reader_of_some_regions_gets_the_list_of_their_own_countries(
    ask_stocked: Ask, tmp_path: Path
) -> None:
    condition = LOT.model_copy(update={"country": ("jp",)})
    written = export_serials(condition, ask_stocked(regions=("APAC",)), tmp_path / "serials.csv")
    assert written.certain == 3
    assert {row["country"] for row in rows_of(written.path)} == {"JP"}


def test_a_file_that_is_there_or_cannot_be_made_is_refused(
    ask_stocked: Ask, tmp_path: Path
) -> None:
    (tmp_path / "old.csv").write_text("kept")
    with pytest.raises(InvalidArgument, match="exists already"):
        export_serials(LOT, ask_stocked(), tmp_path / "old.csv")
    assert (tmp_path / "old.csv").read_text() == "kept"
    with pytest.raises(InvalidArgument, match="cannot be written"):
        export_serials(LOT, ask_stocked(), tmp_path / "nowhere" / "new.csv")


def test_an_unknown_lot_writes_nothing(ask_stocked: Ask, tmp_path: Path) -> None:
    with pytest.raises(UnknownName):
        export_serials(Condition(lot_ids=("L77",)), ask_stocked(), tmp_path / "serials.csv")
    assert list(tmp_path.iterdir()) == []
