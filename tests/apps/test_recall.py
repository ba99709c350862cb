"""`andon recall`: the scope as evidence, the serial numbers as a file, and nothing sent."""

import json
from typing import Any

import pytest
import typer

from apps.verbs.recall import recall
from domain.errors import BadArgument

SERIALS = ("U1", "U2", "U3", "U4", "U5", "U6")
UNITS = "serial,model_id,built_at,country,sold_on\n" + "".join(
    f"{serial},M,2026-03-02T00:00:00Z,DE,2026-04-01\n" for serial in SERIALS
)
LOTS = "lot_id,part_id,received_at,quantity\nL1,P,2026-02-01T00:00:00Z,10\n"
FILES = {
    "models": "model_id\nM\n",
    "parts": "part_id\nP\n",
    "units": UNITS,
    "part_lots": LOTS,
    "unit_parts": "serial,part_id,lot_id\n" + "".join(f"{one},P,L1\n" for one in SERIALS),
}


@pytest.fixture
def run_recall(ready, place):
    (place / "ex").mkdir()
    for name, body in FILES.items():
        (place / "ex" / f"{name}.csv").write_text(body)
    assert ready("ingest", place / "ex").code == 0
    app = typer.Typer()
    app.command()(recall)

    def command(*arguments: Any) -> None:
        typer.main.get_command(app)([str(one) for one in arguments], standalone_mode=False)

    return command


def test_the_scope_and_the_serials_are_told_to_a_program(run_recall, place, capfd) -> None:
    capfd.readouterr()
    run_recall('{"lot_ids": ["L1"]}', "--serials", place / "serials.csv", "--json")
    told = json.loads(capfd.readouterr().out)
    assert told["schema"] == "andon.recall/1"
    assert told["scope"]["tool"] == "recall_scope"
    assert told["scope"]["result"]["loose_pieces"] == 4
    assert told["serials"] == {
        "path": str(place / "serials.csv"),
        "certain": 6,
        "possible": 0,
    }
    assert "U1" in (place / "serials.csv").read_text()
    assert "U1" not in json.dumps(told["scope"])


def test_people_are_told_that_nothing_was_sent(run_recall, place, capfd) -> None:
    run_recall('{"lot_ids": ["L1"]}', "--serials", place / "serials.csv")
    shown = capfd.readouterr().out
    assert "nothing was sent" in shown
    assert "6 units" in shown


@pytest.mark.parametrize(
    ("text", "says"), [("{", "no JSON"), ('{"lots": ["L1"]}', "lots"), ("[]", "condition")]
)
def test_a_condition_that_cannot_be_read_is_named(run_recall, text, says) -> None:
    with pytest.raises(BadArgument, match=says):
        run_recall(text)
