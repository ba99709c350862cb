"""The ledger changes in one piece, one change after another, and its audit gives every lie away."""

import contextlib
import multiprocessing
import threading
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, MetaData, func, select, text
from sqlalchemy.exc import DBAPIError, InvalidRequestError

from domain.errors import HubUnavailable, LedgerBusy, LedgerDamaged, NotPermitted
from memory import api_keys, evidence, posts, request_table, tables, turns
from memory.audit import entries, verify
from memory.ledger import Ledger
from memory.schema import make_ready
from memory.tables import AUDIT
from services.database import make_tables
from services.jobs import tables as jobs
from services.jobs.jobs import Jobs
from tests.memory.ledgers import hang_in_a_change, ledger_at

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.fixture
def ledger(database: Engine) -> Ledger:
    return Ledger(database)


def test_the_migrations_make_the_tables_that_the_code_declares(database: Engine) -> None:
    make_ready(database)
    declared = MetaData()
    for module in (api_keys, evidence, jobs, posts, request_table, tables, turns):
        for table in module.METADATA.sorted_tables:
            table.to_metadata(declared)
    with database.connect() as connection:
        made = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(made, declared) == []


def test_a_database_from_before_migrations_keeps_its_rows(database: Engine) -> None:
    request_table.METADATA.create_all(database)
    begun = {"thread_id": "T-1", "principal_id": "maria", "begun_at": NOW}
    with database.begin() as connection:
        connection.execute(request_table.THREADS.insert().values(begun))
    make_ready(database)
    with database.connect() as connection:
        assert connection.execute(select(request_table.THREADS.c.principal_id)).scalar() == "maria"


def test_a_database_of_a_newer_program_is_left_alone(database: Engine) -> None:
    make_ready(database)
    with database.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(HubUnavailable, match="9999"):
        make_ready(database)


def test_many_who_open_a_new_database_at_once_all_find_it_ready(database: Engine) -> None:
    failures: list[Exception] = []

    def ready() -> None:
        try:
            make_ready(database)
        except Exception as error:  # noqa: BLE001  any failure fails the test
            failures.append(error)

    threads = [threading.Thread(target=ready) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_what_fails_half_way_leaves_nothing_not_even_an_audit_entry(ledger: Ledger) -> None:
    def fails() -> None:
        with ledger.change(by="maria", at=NOW) as change:
            change.audit("case.opened", "C-1")
            change.audit("case.owned", "C-1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    with ledger.read() as connection:
        assert connection.execute(select(func.count()).select_from(AUDIT)).scalar() == 0


def test_changes_of_many_threads_number_the_audit_without_a_gap(ledger: Ledger) -> None:
    def work(who: int) -> None:
        for turn in range(10):
            with ledger.change(by=f"p{who}", at=NOW) as change:
                change.audit("case.noted", f"C-{who}", {"turn": turn})

    threads = [threading.Thread(target=work, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with ledger.read() as connection:
        numbers = connection.execute(select(AUDIT.c.number).order_by(AUDIT.c.number)).scalars()
        assert list(numbers) == list(range(1, 41))


@pytest.mark.parametrize("wish", ["UPDATE audit SET subject = 'C-2'", "DELETE FROM audit"])
def test_the_database_itself_refuses_to_change_an_entry(ledger: Ledger, wish: str) -> None:
    with ledger.change(by="maria", at=NOW) as change:
        change.audit("case.opened", "C-1")
    with pytest.raises(DBAPIError, match="only be added to"), ledger.engine.begin() as connection:
        connection.execute(text(wish))


def test_jobs_that_a_worker_made_before_are_kept(database: Engine) -> None:
    make_tables(database, jobs.METADATA)
    Jobs(database).enqueue("digest:EU", NOW, "digests", {})
    make_ready(database)
    assert [job.key for job in Jobs(database).listed()] == ["digest:EU"]


def test_a_process_that_is_killed_within_a_change_leaves_nothing_and_holds_up_nobody(
    database_url: str, named_path: Path
) -> None:
    ledger = ledger_at(database_url)
    context = multiprocessing.get_context("spawn")
    worker = context.Process(target=hang_in_a_change, args=(database_url, str(named_path)))
    worker.start()
    while not named_path.exists():
        assert worker.is_alive()
        time.sleep(0.01)
    worker.kill()
    worker.join()
    with ledger.change(by="olga", at=NOW) as change:
        assert change.audit("case.noted", "C-1") == 1
    with ledger.read() as connection:
        assert [one.subject for one in entries(connection)] == ["C-1"]
    ledger.engine.dispose()


def test_whoever_waits_too_long_is_told_that_the_ledger_is_busy(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.database.BUSY_SECONDS", 1.0)
    monkeypatch.setattr("memory.ledger.BUSY_SECONDS", 1.0)
    ledger = ledger_at(database_url)
    held, free = threading.Event(), threading.Event()

    def hold() -> None:
        with ledger.change(by="olga", at=NOW):
            held.set()
            free.wait(30)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(30)
    with pytest.raises(LedgerBusy, match="changed by others"), ledger.change(by="pit", at=NOW):
        pass
    free.set()
    holder.join()
    with ledger.change(by="pit", at=NOW) as change:
        change.audit("case.noted", "C-1")
    ledger.engine.dispose()


def test_a_change_within_a_change_is_a_defect_and_not_a_long_wait(ledger: Ledger) -> None:
    with ledger.change(by="olga", at=NOW) as outer:
        with pytest.raises(RuntimeError, match="within"), ledger.change(by="olga", at=NOW):
            pass
        assert outer.audit("case.noted", "C-1") == 1
    with ledger.change(by="olga", at=NOW) as change:
        assert change.audit("case.noted", "C-2") == 2


def test_a_moment_without_a_time_zone_is_refused(ledger: Ledger) -> None:
    change = ledger.change(by="olga", at=NOW.replace(tzinfo=None))
    with pytest.raises(ValueError, match="no time zone"), change:
        pass


def test_a_moment_of_another_zone_is_kept_in_utc(ledger: Ledger) -> None:
    east = NOW.astimezone(timezone(timedelta(hours=9))).replace(microsecond=123456)
    with ledger.change(by="olga", at=east) as change:
        change.audit("case.noted", "C-1")
    with ledger.read() as connection:
        assert entries(connection)[0].at == NOW.replace(microsecond=123456)
        assert verify(connection).whole


def test_who_catches_the_refusal_of_a_run_cannot_keep_what_it_wrote(ledger: Ledger) -> None:
    forged = text("INSERT INTO outbox VALUES ('k','m','t',NULL,'sent',0,'2026-11-20',NULL,'','')")

    def smuggle() -> None:
        with ledger.change(by="andon:stranger", at=NOW) as change:
            change.connection.execute(forged)
            with contextlib.suppress(NotPermitted):
                change.audit("case.opened", "C-1")
            change.connection.execute(forged)

    with pytest.raises(InvalidRequestError):
        smuggle()
    with ledger.change(by="andon:stranger", at=NOW) as change:
        change.connection.execute(forged)
        with contextlib.suppress(NotPermitted):
            change.audit("case.opened", "C-1")
    with ledger.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM outbox")).scalar() == 0
        assert verify(connection).entries == 0


def test_an_audit_entry_of_a_run_names_its_standing_order(ledger: Ledger) -> None:
    with ledger.change(by="andon:triage", at=NOW) as change:
        change.audit("case.opened", "C-1")
    expired = ledger.change(by="andon:triage", at=NOW.replace(year=2031))
    with pytest.raises(NotPermitted, match="2031"), expired as change:
        change.audit("case.opened", "C-2")
    with ledger.read() as connection:
        assert [one.body for one in entries(connection)] == [{"standing_order": "keep-cases"}]


def test_a_reader_sees_one_moment_and_never_waits(ledger: Ledger) -> None:
    count = select(func.count()).select_from(AUDIT)
    with ledger.change(by="olga", at=NOW) as change, ledger.read() as connection:
        change.audit("case.noted", "C-1")
        assert connection.execute(count).scalar() == 0
    with ledger.read() as connection:
        assert connection.execute(count).scalar() == 1
        with ledger.change(by="olga", at=NOW) as change:
            change.audit("case.noted", "C-2")
        assert connection.execute(count).scalar() == 1


def test_a_ledger_without_its_newest_entry_takes_nothing_more(ledger: Ledger) -> None:
    with ledger.engine.begin() as connection:
        connection.execute(text("DELETE FROM audit_head"))
    with pytest.raises(LedgerDamaged, match="newest"), ledger.change(by="olga", at=NOW):
        pass
