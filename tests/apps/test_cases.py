"""`andon cases` and `andon case` as people use them: who may do what, and what they read."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from apps.settings import Settings
from apps.verbs.init import create
from apps.wiring import Wiring
from domain.records.case import Case
from domain.records.cause import Condition
from memory.audit import entries
from memory.case_rows import case_of
from memory.cases import Sign, take_sign
from memory.proposal_rows import proposals
from services.hub.ingest.load import ingest

NOW = datetime(2026, 11, 22, tzinfo=UTC)
UNITS = "serial,model_id,built_at,country,sold_on\n" + "".join(
    f"U{number},M,2026-03-02T00:00:00Z,DE,2026-04-01\n" for number in range(6)
)
FILES = {
    "models": "model_id\nM\n",
    "units": UNITS,
    "claims": "claim_id,serial,reported_at,symptom_code\nK1,U1,2026-06-01T00:00:00Z,NO_POWER\n",
    "parts": "part_id\nP\n",
    "part_lots": "lot_id,part_id,received_at\nL1,P,2026-02-01T00:00:00Z\n",
    "unit_parts": "serial,part_id,lot_id\nU1,P,L1\n",
    "codes": "code,kind,name\nNO_POWER,symptom,no power\n",
    "markets": "country,region\nDE,EU\nUS,NA\n",
}
PEOPLE = """
ask: the keeper of this file
users:
  engineer: {roles: [quality_engineer], regions: ["*"]}
  analyst: {roles: [analyst], regions: ["*"]}
  reader: {roles: [viewer], regions: ["*"]}
  maria: {roles: [quality_engineer], regions: [EU], language: de}
  joe: {roles: [quality_engineer], regions: [NA]}
  quality_manager: {roles: [quality_manager], regions: ["*"]}
  quality_deputy: {roles: [quality_manager], regions: ["*"]}
  safety: {roles: [safety_officer], regions: ["*"]}
"""


def wiring(folder: Path) -> Wiring:
    return Wiring(
        Settings(
            hub=folder / "hub",
            state=folder / "state",
            config=folder / "state",
            user="engineer",
            database_url=None,
            now=NOW,
        )
    )


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub with state to copy: making and filling one takes most of a second."""
    folder = tmp_path_factory.mktemp("filled")
    parts = wiring(folder)
    create(folder / "hub", parts)
    (folder / "ex").mkdir()
    for name, body in FILES.items():
        (folder / "ex" / f"{name}.csv").write_text(body)
    ingest(parts.hub, folder / "ex", parts.vault, now=NOW)
    (folder / "state" / "users.yaml").write_text(PEOPLE, encoding="utf-8")
    parts.ledger.engine.dispose()
    return folder


@pytest.fixture
def parts(filled: Path, place: Path) -> Wiring:
    for name in ("hub", "state"):
        shutil.copytree(filled / name, place / name)
    return wiring(place)


def opened(parts: Wiring, key: str = "one", **more: Any) -> str:
    given: dict[str, Any] = {
        "kind": "field",
        "symptom": "NO_POWER",
        "where": Condition(model_id=("M",)),
        "severity": 3,
        "regions": ("EU",),
        **more,
    }
    sign = Sign(key=key, name="alarm:1", aware_at=NOW, body={"country": "DE"}, **given)
    with parts.ledger.change(by="andon:triage", at=NOW) as change:
        return take_sign(change, sign, parts.action_policy).case_id


def held(parts: Wiring, case_id: str) -> Case:
    with parts.ledger.read() as connection:
        return case_of(connection, case_id)


def written(parts: Wiring) -> int:
    with parts.ledger.read() as connection:
        return len(entries(connection))


def test_the_gravest_case_comes_first_and_its_symptom_is_said_in_words(parts, andon) -> None:
    opened(parts)
    grave = opened(parts, "two", kind="safety", symptom="SMOKE_BURN", severity=5)
    first, second = andon("cases").out.splitlines()
    assert first.startswith(grave)
    assert "smoke or burning (SMOKE_BURN), report of danger" in first
    assert "no power (NO_POWER)" in second
    told = andon("cases", "--json").json
    assert told["schema"] == "andon.cases/1"
    assert [one["severity"] for one in told["cases"]] == [5, 3]


def test_no_case_says_how_one_comes_about(parts, andon) -> None:
    assert "andon triage" in andon("cases").out


def test_a_case_on_the_screen_is_words_and_not_a_dump(parts, andon) -> None:
    case_id = opened(parts)
    shown = andon("case", case_id).out
    assert "where: units of model M" in shown
    assert "D4 Causes: open" in shown
    assert "Why the system allowed it: open: not stated yet" in shown
    assert "{" not in shown
    assert "None" not in shown
    told = andon("case", case_id, "--json").json
    assert told["schema"] == "andon.case/1"
    assert told["case"]["id"] == case_id


def test_an_unknown_case_is_named_as_such(parts, andon) -> None:
    for more in ((), ("--own", "maria"), ("--json",), ("--report", "x.md")):
        ran = andon("case", "C-NOTHING", *more)
        assert ran.code == 6
        assert "C-NOTHING" in ran.err + ran.out


def test_the_people_of_another_region_do_not_learn_that_there_is_a_case(parts, andon) -> None:
    case_id = opened(parts)
    assert case_id in andon("cases", "--as", "maria").out
    assert case_id not in andon("cases", "--as", "joe").out
    before = written(parts)
    for more in ((), ("--step", "D1=mine"), ("--dismiss", "--reason", "no")):
        ran = andon("case", case_id, *more, "--as", "joe")
        assert ran.code == 6
        assert "NO_POWER" not in ran.out + ran.err
    assert written(parts) == before


@pytest.mark.parametrize("who", ["reader", "analyst"])
@pytest.mark.parametrize(
    "more",
    [
        ("--own", "maria"),
        ("--severity", "5", "--reason", "x"),
        ("--step", "D5=text"),
        ("--cause", "systemic=text"),
        ("--action", "D3:containment=sort"),
        ("--handover", "maria"),
        ("--fix", "ECN-1"),
        ("--investigate",),
        ("--dismiss", "--reason", "no trouble"),
    ],
)
def test_who_only_reads_changes_nothing_and_is_told_who_may(parts, andon, who, more) -> None:
    case_id = opened(parts)
    before = written(parts)
    ran = andon("case", case_id, *more, "--as", who)
    assert ran.code == 4
    assert f"{who} may not change a case" in ran.err
    assert "quality_engineer" in ran.err
    assert written(parts) == before
    assert andon("case", case_id, "--as", who).code == 0


def test_only_some_may_lower_a_severity_and_all_who_work_may_raise_it(parts, andon) -> None:
    case_id = opened(parts)
    assert andon("case", case_id, "--severity", "4", "--reason", "burns").code == 0
    ran = andon("case", case_id, "--severity", "2", "--reason", "calm", "--as", "maria")
    assert ran.code == 4
    assert "safety_officer" in ran.err
    assert held(parts, case_id).severity == 4
    assert andon("case", case_id, "--severity", "2", "--as", "quality_manager").code == 2
    lowered = andon("case", case_id, "--severity", "2", "--reason", "x", "--as", "quality_manager")
    assert lowered.code == 0
    assert held(parts, case_id).severity == 2
    assert andon("case", case_id, "--severity", "9", "--reason", "x").code == 2


def test_an_owner_must_be_somebody_who_sees_the_case_and_may_work_on_it(parts, andon) -> None:
    case_id = opened(parts)
    assert andon("case", case_id, "--own", "nobody").code == 4
    assert "may not change a case" in andon("case", case_id, "--own", "reader").err
    assert "does not see the regions" in andon("case", case_id, "--own", "joe").err
    assert held(parts, case_id).owner is None
    assert andon("case", case_id, "--own", "maria").code == 0
    assert held(parts, case_id).owner == "maria"


def test_a_hand_over_is_written_in_the_language_of_whoever_takes_it(parts, andon) -> None:
    case_id = opened(parts)
    ran = andon("case", case_id, "--handover", "maria", "--reason", "lots are blocked")
    assert ran.code == 0
    assert "Es gibt keine offenen Maßnahmen" in ran.out
    assert "lots are blocked" in ran.out
    assert held(parts, case_id).owner == "maria"


def test_a_note_cannot_command_the_terminal(parts, andon) -> None:
    case_id = opened(parts)
    ran = andon("case", case_id, "--step", "D2=seen \x1b[31mred\x07 [bold]x[/bold]\u202e")
    assert ran.code == 0
    assert not set("\x1b\x07\u202e") & set(ran.out)
    assert "[bold]x[/bold]" in ran.out
    assert "Note by engineer" in ran.out


def test_notes_add_up_and_a_discipline_ends_by_a_persons_word(parts, andon) -> None:
    case_id = opened(parts)
    for text in ("D5=first", "d5=second", "D5=done"):
        assert andon("case", case_id, "--step", text).code == 0
    step = next(
        one for one in andon("case", case_id, "--json").json["steps"] if one["step"] == "D5"
    )
    assert step["state"] == "done"
    assert [one["text"] for one in step["content"]["notes"]] == ["first", "second"]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--step", "D5"), "NAME='text'"),
        (("--step", "D9=text"), "no step"),
        (("--step", "D5=" + "x" * 3000), "too many"),
        (("--cause", "because=text"), "no cause"),
        (("--action", "D3=text"), "D3:containment"),
        (("--action", "D3:nothing=text"), "containment"),
        (("--done", "A-NOTHING"), "no action A-NOTHING"),
        (("--fix", "2026-01-01"), "which units"),
        (("--fix", "2026-01-01", "--treated", "{"), "no condition"),
        (("--fix", "2026-01-01", "--treated", '{"model": "M"}'), "no condition"),
        (("--fix", "2026-01-01", "--treated", "[" * 100_000), "no condition"),
        (
            ("--fix", "2026-01-01", "--treated", '{"model_id": ["M"]}', "--untreated", "7"),
            "no cond",
        ),
        (("--dismiss",), "--reason"),
        (("--report", "case.txt"), "neither .md nor .html"),
        (("--report", "nowhere/case.md"), "cannot write"),
    ],
)
def test_bad_words_are_named_and_nothing_is_written(parts, andon, more, says) -> None:
    case_id = opened(parts)
    before = written(parts)
    ran = andon("case", case_id, *more)
    assert ran.code == 2
    assert says in ran.err
    assert written(parts) == before


def test_a_fix_of_unknown_units_is_refused_with_the_name(parts, andon) -> None:
    case_id = opened(parts)
    ran = andon("case", case_id, "--fix", "2026-01-01", "--treated", '{"lot_ids": ["LT-NO"]}')
    assert ran.code == 6
    assert "LT-NO" in ran.err
    assert held(parts, case_id).state == "open"


def test_a_fix_that_could_not_be_judged_is_an_error_and_no_empty_answer(parts, andon) -> None:
    case_id = opened(parts, symptom="GAS")
    ran = andon("case", case_id, "--fix", "2026-01-01", "--treated", '{"model_id": ["M"]}')
    assert ran.code in (2, 6)
    assert held(parts, case_id).state == "open"


def test_an_action_is_given_done_and_told(parts, andon) -> None:
    case_id = opened(parts)
    ran = andon("case", case_id, "--action", "D3:containment=sort the stock", "--to", "maria",
                "--due", "2026-11-24")  # fmt: skip
    (item,) = andon("case", case_id, "--json").json["actions"]
    assert f"{item['id']} D3 by 2026-11-24, maria: sort the stock" in ran.out
    assert andon("case", case_id, "--action", "D3:containment=x", "--to", "nobody").code == 4
    assert andon("case", case_id, "--done", item["id"], "--reason", "3 bad").code == 0
    (item,) = andon("case", case_id, "--json").json["actions"]
    assert (item["state"], item["result"]) == ("done", "3 bad")


def dismissed(parts: Wiring, andon, case_id: str, reason: str = "a test stand") -> Any:
    assert andon("case", case_id, "--dismiss", "--reason", reason).code == 0
    with parts.ledger.read() as connection:
        return proposals(connection, parts.action_policy, case_id=case_id)[0]


def decide(andon, one: Any, who: str) -> int:
    return andon("approve", one.id, "--sha256", one.sha256, "--as", who).code


def test_a_case_without_trouble_ends_when_somebody_else_agrees(parts, andon) -> None:
    case_id = opened(parts)
    one = dismissed(parts, andon, case_id)
    assert held(parts, case_id).state == "open", "a proposal ends nothing"
    assert decide(andon, one, "engineer") == 4
    assert decide(andon, one, "quality_manager") == 0
    assert andon("worker", "--once").code == 0
    assert held(parts, case_id).state == "dismissed"
    assert case_id not in andon("cases").out
    assert "dismissed" in andon("cases", "--all").out
    assert "a test stand" in andon("case", case_id).out


def test_a_danger_is_dismissed_by_two_people_even_with_a_lowered_severity(parts, andon) -> None:
    case_id = opened(parts, kind="safety", symptom="SMOKE_BURN", severity=5)
    lower = ("--severity", "1", "--reason", "steam", "--as", "safety")
    assert andon("case", case_id, *lower).code == 0
    one = dismissed(parts, andon, case_id, "steam of a kettle")
    assert (one.kind, one.needed) == ("dismiss_danger", 2)
    assert decide(andon, one, "safety") == 0
    andon("worker", "--once")
    assert held(parts, case_id).state == "open"
    assert decide(andon, one, "quality_manager") == 0
    andon("worker", "--once")
    assert held(parts, case_id).state == "dismissed"


def test_a_new_sign_of_a_dismissed_trouble_opens_a_case_that_follows_it(parts, andon) -> None:
    first = opened(parts)
    assert decide(andon, dismissed(parts, andon, first), "quality_manager") == 0
    andon("worker", "--once")
    given = {"kind": "field", "symptom": "NO_POWER", "where": Condition(), "severity": 3}
    sign = Sign(key="one", name="alarm:2", aware_at=NOW, body={}, regions=("EU",), **given)
    with parts.ledger.change(by="andon:triage", at=NOW) as change:
        taken = take_sign(change, sign, parts.action_policy)
    assert taken.opened
    assert held(parts, taken.case_id).follows == first


def test_an_ended_case_is_not_worked_on(parts, andon) -> None:
    case_id = opened(parts)
    assert decide(andon, dismissed(parts, andon, case_id), "quality_manager") == 0
    andon("worker", "--once")
    ran = andon("case", case_id, "--step", "D5=more")
    assert ran.code == 2
    assert "is dismissed" in ran.err


def test_what_rests_on_other_regions_is_withheld_and_kept(parts, andon) -> None:
    from tools.registry import named
    from tools.runner import run_tool

    case_id = opened(parts, regions=("EU", "NA"))
    context = parts.context()
    evidence = run_tool(named("recall_scope"), {"condition": {"model_id": ["M"]}}, context)
    from memory.cases import write_step

    told = {"condition": {"model_id": ["M"]}, "scope": None, "because": "SECRET"}
    with parts.ledger.change(by="andon:case", at=NOW) as change:
        write_step(change, case_id, "D3", told, evidence=(evidence.id,))
    assert "SECRET" in andon("case", case_id).out
    for more in ((), ("--json",)):
        ran = andon("case", case_id, *more, "--as", "joe")
        assert "SECRET" not in ran.out
        assert "beyond your regions" in ran.out
    assert andon("case", case_id, "--step", "D3=looked", "--as", "joe").code == 0
    assert "SECRET" in andon("case", case_id).out, "what joe does not see is not lost"
    assert json.loads(andon("case", case_id, "--json", "--as", "joe").out)["signs"] == []


def test_the_report_is_written_as_markdown_and_as_a_page(parts, andon, place: Path) -> None:
    case_id = opened(parts)
    for name in ("8d.md", "8d.html"):
        ran = andon("case", case_id, "--report", place / name)
        assert ran.code == 0
        assert name in ran.out
        assert case_id in (place / name).read_text(encoding="utf-8")
