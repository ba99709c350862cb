"""Targets open from settings, with secrets from the surroundings and never from the file."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.errors import BadArgument
from domain.records.message import Message
from services.messaging.messenger import Messenger, Surroundings
from services.messaging.routing import Messaging
from services.messaging.settings import Settings
from services.messaging.target import DeliveryFailed
from tests.services.messaging.mail_server import MailServer, serving

MESSAGE = Message(
    key="reminder:maria:1", kind="reminder", target="kept", to=(), subject="Due", text="Do it",
    language="en",
)  # fmt: skip


def _around(tmp_path: Path, shown: list[str] | None = None, **secrets: str) -> Surroundings:
    return Surroundings(
        state=tmp_path,
        secret=secrets.get,
        now=lambda: datetime(2026, 11, 22, tzinfo=UTC),
        write=(shown if shown is not None else []).append,
    )


def _settings(**targets: dict[str, object]) -> Settings:
    shipped = Messaging.default().settings.model_dump()
    return Settings.model_validate(shipped | {"targets": shipped["targets"] | targets})


def test_as_shipped_a_message_lies_in_the_state_folder(tmp_path: Path) -> None:
    messenger = Messenger.open(Messaging.default().settings, _around(tmp_path))
    receipt = messenger.send(MESSAGE)
    assert Path(receipt.reference).parent == tmp_path / "sent"
    assert messenger.send(MESSAGE).repeated


def test_each_message_goes_by_the_target_that_it_names(tmp_path: Path) -> None:
    shown: list[str] = []
    with serving(MailServer()) as server:
        mail = {
            "kind": "smtp", "host": "127.0.0.1", "port": server.port, "security": "none",
            "sender": "a@maker.example", "to": ["team@maker.example"],
        }  # fmt: skip
        settings = _settings(mail=mail, watched={"kind": "console"})
        messenger = Messenger.open(settings, _around(tmp_path, shown))
        for target in ("mail", "watched"):
            messenger.send(MESSAGE.model_copy(update={"target": target}))
    assert server.receivers == [["team@maker.example"]]
    assert len(shown) == 1
    assert not (tmp_path / "sent").exists()


def test_a_target_that_is_gone_from_the_settings_is_a_matter_for_a_person(tmp_path: Path) -> None:
    messenger = Messenger.open(Messaging.default().settings, _around(tmp_path))
    with pytest.raises(DeliveryFailed, match="'fax'") as caught:
        messenger.send(MESSAGE.model_copy(update={"target": "fax"}))
    assert not caught.value.retryable


def test_a_secret_that_is_not_set_is_named_before_anything_is_sent(tmp_path: Path) -> None:
    hook = {"kind": "webhook", "url": "https://chat.example.com/hook", "secret_env": "HOOK_SECRET"}
    settings = _settings(chat=hook)
    with pytest.raises(BadArgument, match="HOOK_SECRET"):
        Messenger.open(settings, _around(tmp_path))
    with pytest.raises(BadArgument, match="HOOK_SECRET"):
        Messenger.open(settings, _around(tmp_path, HOOK_SECRET=""))
    Messenger.open(settings, _around(tmp_path, HOOK_SECRET="hush"))


def test_certificates_that_are_not_there_are_named_before_anything_is_sent(tmp_path: Path) -> None:
    mail = {
        "kind": "smtp", "host": "127.0.0.1", "port": 25, "security": "tls",
        "sender": "a@maker.example", "ca_file": str(tmp_path / "gone.pem"),
    }  # fmt: skip
    with pytest.raises(BadArgument, match=r"gone\.pem"):
        Messenger.open(_settings(mail=mail), _around(tmp_path))
