"""A night's run: dangers are paged once, alarms become cases, digests go out, and nothing twice."""

import asyncio
import json
import shutil
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, make_url, select

from domain.errors import NotPermitted, RunBusy, UnknownName
from domain.records.policy import Scope
from domain.records.triage import TriageReport
from graphs.triaging.running import RunAsked, run_triage
from memory import runs
from memory.audit import verify
from memory.case_rows import CaseFile, case_file, cases
from memory.ledger import Ledger
from memory.outbox import Posted, outbox
from memory.runs import kept_runs
from memory.tables import METADATA
from services.database import open_database
from services.hub.hub import Hub
from tests.conftest import fill
from tests.graphs.triaging.small_field import NOW, SUNDAY, House, field, told

ASKED = RunAsked("triage", "*", SUNDAY)
WEEK = timedelta(days=7)
NODES = ("code", "safety", "watch", "cases", "causes", "digests")
Made = Callable[[], House]


@pytest.fixture(scope="session")
def quiet_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small field, before any run."""
    folder = tmp_path_factory.mktemp("field")
    fill(Hub.create(folder / "hub"), field())
    Ledger(open_database(folder / "ledger.sqlite")).engine.dispose()
    return folder


@pytest.fixture(scope="session")
def first_night(quiet_night: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same after the first run."""
    folder = copied(quiet_night, tmp_path_factory.mktemp("first") / "night")
    house = opened(folder)
    run(house)
    house.engine.dispose()
    return folder


@pytest.fixture
def house(quiet_night: Path, tmp_path: Path) -> House:
    """A house before any run."""
    return opened(copied(quiet_night, tmp_path / "night"))


@pytest.fixture
def later(first_night: Path, tmp_path: Path) -> House:
    """A house after the first run."""
    return opened(copied(first_night, tmp_path / "night"))


def copied(source: Path, folder: Path) -> Path:
    shutil.copytree(source, folder)
    return folder


def opened(folder: Path) -> House:
    return House(Hub(folder / "hub"), open_database(folder / "ledger.sqlite"), folder)


def run(house: House, asked: RunAsked = ASKED) -> TriageReport:
    return asyncio.run(run_triage(asked, house))[0]


def everything(house: House) -> dict[str, Any]:
    """All that the database and the hub hold."""
    with house.engine.connect() as connection:
        rows = {
            table.name: sorted(map(repr, connection.execute(select(table)).all()))
            for table in METADATA.sorted_tables
        }
    return {**rows, "commit": house.hub.newest().commit_id}


def posted(house: House, kind: str) -> dict[str, Posted]:
    with house.acting.ledger.read() as connection:
        return {one.message.key: one for one in outbox(connection) if one.message.kind == kind}


def files(house: House, scope: Scope | None = None) -> dict[str, CaseFile]:
    with house.acting.ledger.read() as connection:
        found = [case_file(connection, one.id) for one in cases(connection, scope=scope)]
    return {file.case.key: file for file in found}


def add_up(report: TriageReport) -> bool:
    return report.read == report.coded + report.duplicate + report.quarantined


def test_a_rise_becomes_a_case_whose_cause_is_asked_for(later: House) -> None:
    report = run(later)  # it is there already
    alarm = next(one for one in report.alerts if one.state == "confirmed")
    file = files(later)[alarm.key]
    assert file.case.id in report.cases_opened
    assert file.case.id in report.investigated
    assert file.step("D4").content
    assert (report.watch["evidence"], "alarm") in [(e.evidence_id, e.role) for e in file.evidence]
    assert add_up(report)
    assert (report.read, report.duplicate, report.queue) == (10, 1, ("F-ITALIAN",))


def test_young_dangers_are_paged_once_each_in_the_words_of_the_region(later: House) -> None:
    report = run(later)
    pages = posted(later, "page")
    assert set(pages) == set(report.pages)
    texts = {key.split(":")[3]: one.message.text for key, one in pages.items()}
    assert set(texts) == {"EU", "NA", "anywhere"}
    assert "2026-06-27 08:00 America/New_York (2026-06-27 12:00 UTC)" in texts["NA"]
    assert "Consumer Product Safety Commission" in texts["NA"]
    assert "Schwere: 5" in texts["EU"]


def test_feared_and_denied_dangers_page_nobody(later: House) -> None:
    report = run(later)
    told_of = json.dumps([one.message.text for one in posted(later, "page").values()])
    assert [one.feedback_id for one in report.feared] == ["F-FEARED"]
    assert all(name not in told_of for name in ("F-FEARED", "F-DENIED"))
    assert all(one.feedback_id != "F-DENIED" for one in report.safety)


def test_the_first_run_pages_for_no_old_report_but_keeps_and_tells_it(later: House) -> None:
    pages = posted(later, "page").values()
    assert all("F-OLD" not in one.message.text for one in pages)
    file = files(later)["safety:SMOKE_BURN:TV3"]
    assert {one["feedback_id"] for one in file.signs} == {"F-OLD", "F-NOWHERE"}
    assert file.case.aware_at == next(one for one in field()["feedback"]
                                      if one["feedback_id"] == "F-OLD")["received_at"]  # fmt: skip
    digest = next(one for key, one in posted(later, "digest").items() if ":EU:" in key)
    assert file.case.id in digest.message.text


def test_an_order_inside_feedback_is_reported_and_obeyed_by_nobody(later: House) -> None:
    report = run(later)
    assert report.suspicious == ("F-ORDER",)
    file = files(later)["safety:SMOKE_BURN:TV2"]
    assert (file.case.severity, file.case.state) == (5, "open")
    assert any("F-ORDER" in one.message.text for one in posted(later, "page").values())


def test_each_region_gets_one_digest_with_the_same_figures(later: House) -> None:
    digests = posted(later, "digest")
    report = run(later)
    assert set(digests) == set(report.digests)
    assert len(digests) == 2
    by_region = {key.split(":")[2]: one.message for key, one in digests.items()}
    assert (by_region["EU"].language, by_region["NA"].language) == ("de", "zh")
    alarm = report.alerts[0]
    for message in by_region.values():
        for text in (message.text, message.html or "", json.dumps(message.blocks)):
            assert all(str(one) in text for one in (alarm.events, alarm.since, report.run_id))
            assert "F-SHOCK" in text or message is by_region["EU"]


def test_the_same_run_again_changes_nothing(later: House) -> None:
    before = everything(later)
    report, repeated = asyncio.run(run_triage(ASKED, later))
    assert repeated
    assert report.cases_opened
    assert everything(later) == before


def test_next_week_updates_the_case_and_opens_no_second_one(later: House) -> None:
    before = files(later)
    more = [
        {**one, "claim_id": f"{one['claim_id']}-again",
         "reported_at": one["reported_at"] + WEEK}
        for one in field()["claims"] if one["claim_id"].startswith("C-31-")
    ]  # fmt: skip
    late = told("F-LATE", "Smoke again, from the back.", -6)
    fill(later.hub, {"claims": more, "feedback": [late]}, load_id="L-NEXT")
    later.now = NOW + WEEK
    report = run(later, ASKED._replace(as_of=SUNDAY + WEEK))
    assert (report.read, report.claims) == (1, len(more))
    assert not report.cases_opened
    noise = next(one.key for one in report.alerts if one.state == "confirmed")
    updated = {before[noise].case.id, before["safety:SMOKE_BURN:TV1"].case.id}
    assert set(report.cases_updated) == updated
    assert len(report.pages) == 1
    assert len(posted(later, "page")) == 5
    again = run(later, ASKED._replace(as_of=SUNDAY + WEEK + timedelta(days=1)))
    assert not again.cases_updated
    digest = next(one for key, one in posted(later, "digest").items() if again.run_id in key)
    assert str(again.alerts[0].since) not in digest.message.text  # an alarm is told once a week


def test_a_dry_run_writes_nothing(house: House) -> None:
    before = everything(house)
    report = run(house, ASKED._replace(dry=True))
    assert everything(house) == before
    assert report.dry_run
    assert (len(report.safety), len(report.alerts)) == (5, 1)
    assert (report.pages, report.digests, report.cases_opened) == ((), (), ())


def test_what_a_run_since_a_day_leaves_is_read_by_the_next(house: House) -> None:
    some = run(house, ASKED._replace(since=SUNDAY - timedelta(days=2)))
    assert 0 < some.read < 10
    assert some.since is not None
    rest = run(house)
    assert some.read + rest.read == 10
    assert rest.run_id != some.run_id
    assert add_up(some)
    assert add_up(rest)


def test_a_region_reads_its_own_and_its_people_may_see_all_that_it_found(house: House) -> None:
    report = run(house, ASKED._replace(region="NA"))
    assert report.read == 2
    assert {one.feedback_id for one in report.safety} == {"F-SHOCK"}
    assert [key.split(":")[2] for key in report.digests] == ["NA"]
    theirs = Scope(regions=("NA",), suppliers=("*",), classes=("public", "internal"))
    store = house.context(ASKED, None, "").memory.evidence
    shown = [one.evidence_id for file in files(house, theirs).values() for one in file.evidence]
    assert shown
    assert [store.get(one, theirs).id for one in shown] == shown
    assert not files(house, theirs.model_copy(update={"regions": ("EU",)}))
    rest = run(house, ASKED._replace(rest=True))
    assert report.read + rest.read == 10
    assert not rest.digests  # EU and NA have runs of their own


def test_an_unknown_region_is_named(house: House) -> None:
    with pytest.raises(UnknownName, match="Atlantis"):
        run(house, ASKED._replace(region="Atlantis"))


def test_who_cannot_read_the_words_cannot_run_it(house: House, monkeypatch) -> None:
    context = house.context(ASKED, None, "")
    blind = context.snapshot.scope.model_copy(update={"classes": ("public",)})
    monkeypatch.setattr(context.snapshot, "scope", blind)
    monkeypatch.setattr(House, "context", lambda *_: context)
    with pytest.raises(NotPermitted, match="internal"):
        run(house)


def test_a_run_at_work_is_waited_for_and_a_dead_one_is_taken_over(house: House, monkeypatch):
    died(house, ASKED, monkeypatch)
    with pytest.raises(RunBusy, match="is at work"):
        run(house)
    monkeypatch.setattr(runs, "SILENCE", timedelta(0))
    report = run(house)
    assert len(report.safety) == 5
    assert len(posted(house, "page")) == 4


def test_dangers_of_a_run_that_died_are_told_by_the_next_day(house: House, monkeypatch) -> None:
    died(house, ASKED, monkeypatch)
    monkeypatch.setattr(runs, "SILENCE", timedelta(0))
    fill(house.hub, {"feedback": [told("F-NEXT", "All is well.", -1)]}, load_id="L-NEXT")
    house.now = NOW + timedelta(days=1)
    report = run(house, ASKED._replace(as_of=SUNDAY + timedelta(days=1)))
    assert report.read == 1
    assert len(posted(house, "page")) == 4
    with house.acting.ledger.read() as connection:
        assert {one.state for one in kept_runs(connection)} == {"done"}


class Death(BaseException):
    """The process is gone: nobody writes down why."""


def died(house: House, asked: RunAsked, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that dies after its codes were kept, and before a danger was told."""

    def die(*_: object) -> None:
        raise Death

    with monkeypatch.context() as patch:
        patch.setattr("graphs.triaging.steps.take_dangers", die)
        with pytest.raises(Death):
            run(house, asked)


def test_a_run_waits_for_an_ingest_and_then_ends_right(house: House) -> None:
    begun, ended = threading.Event(), []

    def ingest() -> None:
        with Hub(house.hub.folder).transaction():
            begun.set()
            time.sleep(0.5)
            ended.append(time.monotonic())

    other = threading.Thread(target=ingest)
    other.start()
    begun.wait()
    report = run(house)
    other.join()
    assert ended[0] < time.monotonic()
    assert report.read == 10
    assert report.commit == house.hub.newest().commit_id


def left_by_killed(folder: Path, url: str, points: list[str]) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.graphs.triaging.killed_runs", folder, url, *points]
    done = subprocess.run(list(map(str, command)), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return json.loads(done.stdout)


def check_alike(left: dict[str, Any], point: str) -> None:
    """Whether a run that died at those places left what one left that did not."""
    whole, one = left["none"], left[point]
    assert whole.pop("deaths") == [0, 0]
    assert one.pop("deaths") == [-9] * (point.count(",") + 1) + [0]
    assert whole["report"]["pages"]
    assert {name: one[name] for name in one} == whole
    assert (one["audit"], one["ended"]) == (True, 1)


def test_a_run_that_is_killed_at_every_node_ends_as_if_nothing_had_happened(
    quiet_night: Path, tmp_path: Path
) -> None:
    folder = copied(quiet_night, tmp_path / "killed")
    places = [f"{node}:{when}" for node in NODES for when in ("middle", "end")]
    nodes = ",".join(["code:begin", *places])  # the end of one is the begin of the next
    often = "200,150"
    url = f"sqlite:///{folder}/{{name}}.sqlite"
    left = left_by_killed(folder, url, ["none", nodes, often])
    check_alike({**left, "none": dict(left["none"])}, nodes)
    check_alike(left, often)


def test_likewise_on_postgres(quiet_night: Path, tmp_path: Path, postgres: str) -> None:
    folder = copied(quiet_night, tmp_path / "killed")
    server = make_url(postgres).set(database=f"killed_{uuid.uuid4().hex[:8]}_NAME")
    url = server.render_as_string(hide_password=False).replace("NAME", "{name}")
    often = "safety:middle,200,causes:middle,digests:end"
    check_alike(left_by_killed(folder, url, ["none", often]), often)


def test_the_audit_of_a_night_is_whole(later: House) -> None:
    engine: Engine = later.engine
    with Ledger(engine).read() as connection:
        assert verify(connection).whole
