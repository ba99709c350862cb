from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain.errors import InvalidArgument, NoData, UnknownName
from domain.records.evidence import Evidence
from services.hub.hub import Hub
from tests.conftest import Rows, fill
from tools.production.branches import branch_of
from tools.production.list_changes import list_changes
from tools.runner import run_tool
from tools.tool import ToolContext

Ask = Callable[..., ToolContext]


def at(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def change(name: str, day: str | None, **more: Any) -> dict[str, Any]:
    row = {"change_id": name, "effective_at": day and at(day), "site_id": "QDA", "line_id": "L1"}
    return row | {"kind": "method", "description": "sequence changed"} | more


def unit(serial: str, site: str = "QDA") -> dict[str, Any]:
    return {
        "serial": serial,
        "model_id": "65Q8",
        "site_id": site,
        "line_id": "L1",
        "built_at": at("2026-01-02"),
    }


def firmware(serial: str, value: str, day: str) -> dict[str, Any]:
    return {"serial": serial, "name": "firmware", "value": value, "valid_from": at(day)}


def lot(name: str, supplier: str, day: str) -> dict[str, Any]:
    return {
        "lot_id": name,
        "part_id": "P-PSU",
        "supplier_id": supplier,
        "received_at": at(day),
    }


def world() -> Rows:
    return {
        "sites": [{"site_id": "QDA", "region": "APAC"}, {"site_id": "WRO", "region": "EU"}],
        "models": [{"model_id": "65Q8"}, {"model_id": "RF"}],
        "process_changes": [
            change("C1", "2026-02-01"),
            change("C2", "2026-03-10", kind="machine", model_id="RF"),
            change("C3", "2026-03-20", site_id="WRO", kind="tooling"),
            change("C4", "2026-03-25", site_id=None, line_id=None, kind="unheard"),
            change("C5", None),
        ],
        "units": [unit("A"), unit("B"), unit("W", "WRO")],
        "unit_attributes": [
            firmware("A", "1.0", "2026-01-02"),
            firmware("A", "1.1", "2026-03-05"),
            firmware("B", "1.1", "2026-03-06"),
        ],
        "part_lots": [
            lot("LOT-1", "S-1", "2026-01-01"),
            lot("LOT-2", "S-2", "2026-03-15"),
            lot("LOT-3", "S-2", "2026-03-18"),
        ],
    }


WORLD = world()


def asked(context: ToolContext, **question: Any) -> Evidence:
    return run_tool(list_changes, question, context)


def names(evidence: Evidence) -> list[str]:
    return [one["change_id"] for one in evidence.result["changes"]]


def test_changes_stand_in_order_of_time_with_the_derived_ones_among_them(ask_stocked: Ask) -> None:
    assert names(asked(ask_stocked())) == [
        "C1",
        "first:firmware=1.1@65Q8",
        "C2",
        "first:P-PSU<S-2",
    ]
    later = asked(ask_stocked(as_of=date(2026, 4, 1)))
    assert names(later)[-2:] == ["C3", "C4"]


def test_derived_entries_say_that_nobody_recorded_them(ask_stocked: Ask) -> None:
    found = asked(ask_stocked(as_of=date(2026, 4, 1)))
    derived = {one["change_id"]: one for one in found.result["changes"] if one["derived"]}
    supplier = derived["first:P-PSU<S-2"]
    assert supplier["effective_at"] == "2026-03-15T00:00:00Z"
    assert "LOT-2" in supplier["description"]
    assert supplier["branch"] == "material"
    assert "2 units" in derived["first:firmware=1.1@65Q8"]["description"]
    assert "derived_entries" in [note.code for note in found.warnings]


def test_the_first_firmware_and_the_first_supplier_are_no_changes(ask_stocked: Ask) -> None:
    found = names(asked(ask_stocked(as_of=date(2026, 4, 1))))
    assert "first:firmware=1.0@65Q8" not in found
    assert "first:P-PSU<S-1" not in found


def test_derived_entries_can_be_left_away(ask_stocked: Ask) -> None:
    assert names(asked(ask_stocked(as_of=date(2026, 4, 1)), derived=False)) == [
        "C1",
        "C2",
        "C3",
        "C4",
    ]


def test_changes_that_name_no_site_or_model_concern_all(ask_stocked: Ask) -> None:
    context = ask_stocked(as_of=date(2026, 4, 1))
    assert names(asked(context, sites=["wro"], derived=False)) == ["C3", "C4"]
    assert names(asked(context, models=["65Q8"], derived=False)) == ["C1", "C3", "C4"]


def test_a_kind_narrows_to_recorded_changes_of_that_kind(ask_stocked: Ask) -> None:
    assert names(asked(ask_stocked(as_of=date(2026, 4, 1)), kinds=["Tooling"])) == ["C3"]


def test_a_day_puts_the_nearest_change_first_with_its_distance(ask_stocked: Ask) -> None:
    found = asked(ask_stocked(as_of=date(2026, 4, 1)), near="2026-03-11", derived=False)
    assert [one["distance_days"] for one in found.result["changes"]] == [-1, 9, 14, -38]
    assert "nearest to 2026-03-11 (-1 d): C2" in found.summary


def test_the_window_includes_both_ends(ask_stocked: Ask) -> None:
    found = asked(
        ask_stocked(as_of=date(2026, 4, 1)), first="2026-03-10", last="2026-03-20", derived=False
    )
    assert names(found) == ["C2", "C3"]


def test_every_branch_is_counted_and_an_unknown_kind_is_unassigned(ask_stocked: Ask) -> None:
    found = asked(ask_stocked(as_of=date(2026, 4, 1)), derived=False)
    assert found.result["by_branch"] == {
        "man": 0,
        "machine": 2,
        "material": 0,
        "method": 1,
        "measurement": 0,
        "environment": 0,
        "unassigned": 1,
    }


def test_a_change_without_a_date_and_quarantined_ones_are_counted_as_left_out(
    hub: Hub, ask: Ask
) -> None:
    reject = {"load_id": "L-TEST", "file": "c", "line": 3, "table": "process_changes"}
    fill(hub, world() | {"quarantine": [reject | {"rule": "type"}]})
    assert {item.rule: item.rows for item in asked(ask()).excluded} == {
        "changes without a date": 1,
        "quarantined process_changes: type": 1,
    }


def test_changes_after_the_as_of_date_are_hidden(ask_stocked: Ask) -> None:
    assert names(asked(ask_stocked(as_of=date(2026, 2, 15)))) == ["C1"]


def test_a_regional_asker_sees_the_changes_of_their_sites_and_of_all(ask_stocked: Ask) -> None:
    found = asked(ask_stocked(regions=("EU",), as_of=date(2026, 4, 1)), derived=False)
    assert names(found) == ["C3", "C4"]


def test_an_empty_window_of_a_recorded_history_has_no_change(ask_stocked: Ask) -> None:
    found = asked(ask_stocked(), first="2026-02-10", last="2026-02-20")
    assert found.result["total"] == 0
    assert "unrecorded changes are possible" in found.summary


def test_a_hub_in_which_no_change_was_ever_recorded_has_no_data(hub: Hub, ask: Ask) -> None:
    with pytest.raises(NoData, match="no proof that nothing changed"):
        asked(ask())


def test_an_unknown_site_and_a_backward_window_are_refused(ask_stocked: Ask) -> None:
    with pytest.raises(UnknownName):
        asked(ask_stocked(), sites=["QDB"])
    with pytest.raises(InvalidArgument):
        asked(ask_stocked(), first="2026-03-10", last="2026-03-01")


def test_a_long_list_is_cut_but_counted_and_the_summary_stays_short(ask_stocked: Ask) -> None:
    found = asked(ask_stocked(as_of=date(2026, 4, 1)), most=2)
    assert len(found.result["changes"]) == 2
    assert found.result["total"] == 6
    assert "list_cut" in [note.code for note in found.warnings]
    assert len(found.summary) <= 400


@pytest.mark.parametrize(
    ("kind", "branch"),
    [
        ("Method", "method"),
        ("machine_setting", "machine"),
        ("new tools", "machine"),
        ("operator training", "man"),
        ("manufacturing department", None),
        ("料", "material"),
        (None, None),
    ],
)
def test_a_kind_belongs_to_the_branch_of_its_words(kind: str | None, branch: str | None) -> None:
    assert branch_of(kind) == branch
