"""What was approved reaches its target once, however long the target is away."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from domain.errors import HubUnavailable
from domain.records.message import Message
from graphs.actions import carry_out, try_again
from graphs.delivery import Delivering, deliver
from memory.audit import verify
from memory.ledger import Ledger
from memory.outbox import post
from services.jobs.job import Job
from services.jobs.retry import Retry
from services.jobs.worker import Worker
from services.messaging.target import DeliveryFailed, Receipt
from tests.graphs.acting_parts import MESSAGING, NOW, PIT, House, later
from tests.memory.ledgers import at_once, message

HOOK = MESSAGING.replace(
    "{kind: file, folder: letters}", '{kind: webhook, url: "http://127.0.0.1:PORT/", secret_env: S}'
)


class Receiver(ThreadingHTTPServer):
    """Answers as it is told, and keeps each key once."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.status = 204
        self.posts: list[str] = []
        self.kept: dict[str, Message] = {}


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def log_message(self, *_: object) -> None:
        """Keep the output of tests clean."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        key = self.headers["Idempotency-Key"]
        self.server.posts.append(key)
        if self.server.status < 300:
            self.server.kept.setdefault(key, Message.model_validate_json(body))
        self.send_response(self.server.status)
        self.end_headers()


@contextmanager
def receiving(port: int = 0) -> Iterator[Receiver]:
    with Receiver(port) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as server:
        yield server


@pytest.fixture
def own(database: Engine, tmp_path: Path) -> House:
    """A house whose queue nobody else fills."""
    return House(Ledger(database), tmp_path)


def hooked(database: Engine, folder: Path, port: int) -> House:
    return House(Ledger(database), folder, settings=HOOK.replace("PORT", str(port)))


def worker(house: House) -> Worker:
    """A worker as the program makes it."""

    def act(job: Job) -> None:
        carry_out(house.acting, job.payload["proposal_id"], house.clock[0])

    def send(job: Job) -> None:
        last = job.failures + 1 >= Retry().attempts
        deliver(house.delivering, job.payload["key"], house.clock[0], last_try=last)

    return Worker(house.jobs, {"actions": act, "outbox": send}, lambda: house.clock[0])


def tried_until(house: House, end: datetime) -> int:
    """Let time pass up to a moment and a worker do what becomes due; returns the tries."""
    tries = 0
    while True:
        done = worker(house).run_due(house.clock[0])
        tries += done.done + done.failed
        due = [job.try_at for job in house.jobs.listed(state="waiting")]
        if not due or min(due) > end:
            house.clock[0] = end
            return tries
        house.clock[0] = min(due)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_a_target_that_refuses_for_a_day_gets_the_letter_once_when_it_works(
    database: Engine, tmp_path: Path, receiver: Receiver
) -> None:
    house = hooked(database, tmp_path, receiver.server_address[1])
    receiver.status = 503
    one = house.approved("issue_scar", "S-1")
    tries = tried_until(house, later(hours=24))
    assert 8 < tries < Retry().attempts, "with growing waits"
    held = house.messages(one)[0]
    assert (house.seen(one).state, held.state, held.tries) == ("approved", "waiting", tries - 1)
    assert held.error == "letters: the receiver answered 503"
    receiver.status, refused = 204, len(receiver.posts)
    tried_until(house, later(hours=48))
    assert house.seen(one).state == "executed"
    assert receiver.posts[refused:] == [held.message.key]
    kept = receiver.kept[held.message.key]
    assert (kept.text, kept.to) == (held.message.text, ("S-1@example.com",))
    assert [attempt.outcome for attempt in house.seen(one).attempts] == ["handed_over"]
    with house.ledger.read() as connection:
        assert verify(connection).whole


def test_a_target_that_is_not_there_for_a_day_gets_it_when_it_comes_back(
    database: Engine, tmp_path: Path
) -> None:
    port = free_port()
    house = hooked(database, tmp_path, port)
    one = house.approved("message_supplier", "S-1")
    tried_until(house, later(hours=24))
    assert "cannot be reached" in (house.messages(one)[0].error or "")
    with receiving(port) as back:
        tried_until(house, later(hours=48))
        assert back.posts == [house.messages(one)[0].message.key]
    assert house.seen(one).state == "executed"


def test_a_letter_that_nobody_takes_for_days_is_given_up_until_a_person_sends_it_again(
    database: Engine, tmp_path: Path, receiver: Receiver
) -> None:
    house = hooked(database, tmp_path, receiver.server_address[1])
    receiver.status = 503
    one = house.approved("message_supplier", "S-1")
    tried_until(house, later(days=30))
    assert len(receiver.posts) == Retry().attempts
    assert (house.seen(one).state, house.messages(one)[0].state) == ("failed", "dead")
    assert house.jobs.listed(state="waiting") == []
    receiver.status = 204
    house.clock[0] = later(days=31)
    try_again(house.acting, one, PIT, house.clock[0])
    assert house.seen(one).state == "approved"
    tried_until(house, later(days=32))
    assert (house.seen(one).state, len(receiver.kept)) == ("executed", 1)
    assert len(house.seen(one).attempts) == 1, "it was not done anew"


def test_an_answer_that_will_not_change_is_not_asked_for_again(
    database: Engine, tmp_path: Path, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    house = hooked(database, tmp_path, receiver.server_address[1])
    receiver.status = 410
    one = house.approved("message_supplier", "S-1")
    tried_until(house, later(days=2))
    assert len(receiver.posts) == 1
    assert house.seen(one).state == "failed"
    assert "was given up: letters: the receiver answered 410" in caplog.text


def test_a_supplier_without_address_is_told_when_the_master_has_one(own: House) -> None:
    one = own.approved("message_supplier", "S-1")
    address = own.addresses.pop("S-1")
    tried_until(own, later(hours=1))
    assert own.seen(one).state == "failed"
    assert own.messages(one)[0].error == (
        "the supplier master has no address of S-1: enter it, then send again"
    )
    assert own.files("letters") == []
    own.addresses["S-1"] = address
    try_again(own.acting, one, PIT, own.clock[0])
    tried_until(own, later(hours=2))
    assert own.seen(one).state == "executed"
    assert [message.to for message in own.files("letters")] == [(address,)]


def test_one_site_that_is_not_reached_keeps_the_block_from_being_executed(own: House) -> None:
    one = own.approved("block_stock", "S-1")
    own.carried(one)
    first, second = own.messages(one)
    deliver(own.delivering, first.message.key, NOW)
    (own.folder / "pages").rename(own.folder / "kept")
    (own.folder / "pages").touch()
    with pytest.raises(DeliveryFailed, match="cannot write"):
        deliver(own.delivering, second.message.key, NOW)
    assert own.seen(one).state == "approved"
    (own.folder / "pages").unlink()
    deliver(own.delivering, second.message.key, NOW)
    assert own.seen(one).state == "executed"


def test_many_couriers_at_once_deliver_once(house: House, mark: str) -> None:
    one = house.carried(house.approved("message_supplier", mark)).id
    key = house.messages(one)[0].message.key
    assert at_once([lambda: deliver(house.delivering, key, NOW)] * 5) == [None] * 5
    assert [entry.action for entry in house.audit(key)] == ["message.posted", "message.sent"]
    assert len(house.files("letters")) == 1
    assert house.messages(one)[0].tries == 1


@pytest.mark.parametrize(
    "forged",
    [
        "UPDATE outbox SET message = replace(message, 'Please', 'Do not')",
        "UPDATE outbox SET message = replace(message, 'supplier:', 'rival@')",
        "UPDATE outbox SET message = replace(message, '/letters', '/letters2')",
        'UPDATE outbox SET message = replace(message, \'"target":"letters\', \'"target":"pages\')',
        "UPDATE proposals SET payload = replace(payload, 'Please', 'Do not')",
        "UPDATE outbox SET message = replace(message, 'supplier:', 'supplier:X');"
        'UPDATE proposals SET payload = replace(payload, \'"supplier_id":"\', '
        "'\"supplier_id\":\"X'), sha256 = 'f'",
    ],
)
def test_words_that_were_changed_in_the_outbox_do_not_leave(
    house: House, mark: str, forged: str
) -> None:
    one = house.carried(house.approved("message_supplier", mark)).id
    key = house.messages(one)[0].message.key
    with house.ledger.engine.begin() as connection:
        for statement in forged.split(";"):
            where = "proposal_id" if "outbox" in statement else "id"
            connection.execute(text(f"{statement} WHERE {where} = :id"), {"id": one})
    deliver(house.delivering, key, NOW)
    assert house.seen(one).state == "failed"
    assert house.files("letters") == house.files("pages") == []
    assert "not what was approved" in (house.messages(one)[0].error or "")


def test_a_page_of_words_that_was_changed_is_made_anew_from_the_words(
    house: House, mark: str
) -> None:
    one = house.carried(house.approved("message_supplier", mark)).id
    html = house.messages(one)[0].message.html
    forged = "UPDATE outbox SET message = replace(message, '<', '<b>X</b><')"
    with house.ledger.engine.begin() as connection:
        connection.execute(text(f"{forged} WHERE proposal_id = :id"), {"id": one})
    assert house.messages(one)[0].message.html != html
    assert house.delivered(one).state == "executed"
    assert [sent.html for sent in house.files("letters")] == [html]


def test_a_hub_that_cannot_be_opened_is_told_and_tried_again(house: House, mark: str) -> None:
    def away(_: str) -> str:
        raise HubUnavailable("there is no hub")

    one = house.carried(house.approved("message_supplier", mark)).id
    key = house.messages(one)[0].message.key
    blind = Delivering(house.ledger, house.delivering.messenger, away)
    with pytest.raises(HubUnavailable):
        deliver(blind, key, NOW)
    held = house.messages(one)[0]
    assert (held.state, held.error) == ("waiting", "there is no hub")
    deliver(blind, key, NOW, last_try=True)
    assert house.seen(one).state == "failed"


def test_addresses_that_a_server_refused_are_counted_and_not_named(house: House, mark: str) -> None:
    class Picky:
        def send(self, message: Message) -> Receipt:
            return Receipt("mail", message.key, "250 taken", refused=("a@example.com",))

    one = house.carried(house.approved("message_supplier", mark)).id
    picky = Delivering(house.ledger, Picky(), house.addresses.get)  # type: ignore[arg-type]
    deliver(picky, house.messages(one)[0].message.key, NOW)
    assert house.messages(one)[0].receipt == "mail: 250 taken, 1 addresses refused"


def test_a_page_under_a_standing_order_goes_as_it_is(house: House, mark: str) -> None:
    page = message(mark).model_copy(update={"target": "pages"})
    with house.ledger.change(by="andon:case", at=NOW) as change:
        post(change, house.jobs, page)
    send = partial(deliver, house.delivering, mark, NOW + timedelta(minutes=1))
    send()
    send()
    assert house.files("pages") == [page]


def test_an_unknown_message_is_left_alone(house: House, mark: str) -> None:
    deliver(house.delivering, mark, NOW)
    assert house.files("letters") == house.files("pages") == []
