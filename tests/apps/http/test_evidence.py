"""Evidence over HTTP: figures, picture, table, and whether it still holds."""

import csv
import io
from typing import Any

import pytest

from memory.evidence import make_evidence
from tests.apps.http.conftest import Client, House
from tools.registry import named
from tools.runner import run_tool


def found(house: House, tool: str, user: str = "engineer", **query: Any) -> Any:
    return run_tool(named(tool), query, house.as_user(user).context())


@pytest.fixture(scope="module")
def contents(house: House) -> str:
    """Evidence without a chart."""
    return found(house, "describe_hub").id


@pytest.fixture(scope="module")
def drawn(house: House) -> str:
    """Evidence with a chart and a table, whose words try to be more than words."""
    context = house.as_user("engineer").context()
    rows = [
        {"what": "=HYPERLINK(1)", "n": 3},
        {"what": "漏水 <script>alert(1)</script>", "n": -5},
        {"what": "تسرب الماء", "n": 4},
    ]
    made = make_evidence(
        tool="describe_hub",
        query={"table": "claims"},
        snapshot=context.snapshot,
        versions=found(house, "describe_hub").versions.model_copy(update={"code": "test/1"}),
        result={"parts": {"rows": rows}, "few": [{"n": 1}]},
        summary="three words",
        chart={
            "data": {"values": rows},
            "mark": "bar",
            "encoding": {
                "y": {"field": "what", "type": "nominal"},
                "x": {"field": "n", "type": "quantitative"},
            },
        },
    )
    house.parts.memory.evidence.put(made)
    return made.id


def test_evidence_is_told_whole_and_in_short(client: Client, contents: str) -> None:
    told = client("engineer").get(f"/evidence/{contents}").json()
    assert told["schema"] == "andon.evidence/1"
    assert told["versions"]["hub_commit"]
    listed = client("engineer").get("/evidence").json()["evidence"]
    (short,) = [one for one in listed if one["id"] == contents]
    assert (short["tool"], short["chart"]) == ("describe_hub", False)
    assert len(client("engineer").get("/evidence", params={"limit": 1}).json()["evidence"]) == 1


def test_evidence_of_a_wider_scope_is_not_there(client: Client, contents: str) -> None:
    asked = client("maria")
    for path in ("", "/chart.json", "/table.csv"):
        assert asked.get(f"/evidence/{contents}{path}").status_code == 404
    assert asked.post(f"/evidence/{contents}/rerun").status_code == 404
    assert contents not in [one["id"] for one in asked.get("/evidence").json()["evidence"]]


def test_evidence_of_ones_own_scope_is_there_for_all_who_see_as_much(
    house: House, client: Client
) -> None:
    own = found(house, "describe_hub", "maria").id
    assert client("maria").get(f"/evidence/{own}").status_code == 200
    assert client("engineer").get(f"/evidence/{own}").status_code == 200
    assert client("bruno").get(f"/evidence/{own}").status_code == 404


def test_asking_again_on_the_same_data_is_identical(client: Client, contents: str) -> None:
    told = client("engineer").post(f"/evidence/{contents}/rerun").json()
    assert told["verdict"] == told["status"] == "identical"
    assert told["then"]["result"] == told["now"]["result"]


def test_asking_again_says_what_differs(client: Client, drawn: str) -> None:
    told = client("engineer").post(f"/evidence/{drawn}/rerun").json()
    assert told["verdict"] == "changed"
    assert "few" in {one["path"].split(".")[0] for one in told["changes"]}


def test_evidence_on_data_that_is_away_is_gone(house: House, client: Client) -> None:
    kept = found(house, "describe_hub")
    gone = kept.model_copy(
        update={
            "id": "E-GONEGONEGO",
            "sha256": "1" * 64,
            "versions": kept.versions.model_copy(update={"hub_commit": "C-AAAAAAAAAA"}),
        }
    )
    house.parts.memory.evidence.put(gone)
    told = client("engineer").post(f"/evidence/{gone.id}/rerun").json()
    assert (told["verdict"], told["now"]) == ("gone", None)


def test_a_chart_comes_as_specification_svg_and_png(client: Client, drawn: str) -> None:
    asked = client("engineer")
    assert asked.get(f"/evidence/{drawn}/chart.json").json()["mark"] == "bar"
    svg = asked.get(f"/evidence/{drawn}/chart.svg")
    assert svg.headers["content-type"].startswith("image/svg+xml")
    assert "sandbox" in svg.headers["content-security-policy"]
    assert "<script" not in svg.text
    assert "漏水" in svg.text
    png = asked.get(f"/evidence/{drawn}/chart.png", params={"scale": 1})
    assert png.headers["content-type"] == "image/png"
    assert png.content.startswith(b"\x89PNG\r\n\x1a\n")
    twice = asked.get(f"/evidence/{drawn}/chart.png", params={"scale": 2})
    assert len(twice.content) > len(png.content)


@pytest.mark.parametrize("form", ["json", "svg", "png"])
def test_evidence_without_a_chart_has_none(client: Client, contents: str, form: str) -> None:
    answer = client("engineer").get(f"/evidence/{contents}/chart.{form}")
    assert answer.status_code == 404
    assert answer.json()["schema"] == "andon.error/1"


@pytest.mark.parametrize("asked", [{"scale": 9}, {"width": 1}, {"width": "wide"}])
def test_a_picture_out_of_bounds_is_refused(client: Client, drawn: str, asked: Any) -> None:
    assert client("engineer").get(f"/evidence/{drawn}/chart.png", params=asked).status_code == 422


def test_a_table_opens_in_a_spreadsheet_and_runs_nothing(client: Client, drawn: str) -> None:
    answer = client("engineer").get(f"/evidence/{drawn}/table.csv")
    assert "attachment" in answer.headers["content-disposition"]
    text = answer.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows[0] == {"what": "'=HYPERLINK(1)", "n": "3"}
    assert rows[1]["n"] == "-5"


def test_a_table_is_named_by_its_place(client: Client, drawn: str) -> None:
    asked = client("engineer")
    few = asked.get(f"/evidence/{drawn}/table.csv", params={"table": "few"})
    assert few.content.decode("utf-8-sig").split() == ["n", "1"]
    none = asked.get(f"/evidence/{drawn}/table.csv", params={"table": "none"})
    assert none.status_code == 404
    assert "parts.rows, few" in none.json()["next_step"]
