"""A mail is taken by a real server once, under the same id at every try, or a reason is given."""

import socket
from datetime import UTC, datetime

import pytest

from domain.records.message import Message
from services.messaging import smtp
from services.messaging.smtp import SmtpTarget
from services.messaging.target import DeliveryFailed
from tests.services.messaging.mail_server import MailServer, certificate, serving

NOW = datetime(2026, 11, 22, 13, 5, tzinfo=UTC)
MESSAGE = Message(
    key="scar:C-7Q2M4KXA:1",
    kind="scar",
    target="mail",
    to=("quality@hanwei.example",),
    subject="纠正措施要求 C-7Q2M4KXA：零件 P-PSU",
    text="尊敬的\n.\nEin Punkt allein ist kein Ende.\n",
    html="<p>尊敬的</p>",
    language="zh",
)


@pytest.fixture
def server():
    with serving(MailServer()) as running:
        yield running


def _target(server: MailServer, **settings) -> SmtpTarget:
    wanted = {"security": "none", "timeout_s": 5.0} | settings
    return SmtpTarget(
        "mail",
        smtp.MailServer(host="127.0.0.1", port=server.port, **wanted),
        sender="andon@maker.example",
        to=("team@maker.example",),
        now=lambda: NOW,
    )


def test_a_mail_arrives_whole_in_both_forms(server) -> None:
    receipt = _target(server).send(MESSAGE)
    (mail,) = server.mails
    assert mail["Subject"] == MESSAGE.subject
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == MESSAGE.text
    assert "<p>尊敬的</p>" in mail.get_body(("html",)).get_content()
    assert (mail["To"], mail["From"]) == ("quality@hanwei.example", "andon@maker.example")
    assert mail["Date"].datetime == NOW
    assert mail["Auto-Submitted"] == "auto-generated"
    assert receipt.reference == mail["Message-ID"]
    assert server.receivers == [["quality@hanwei.example"]]


def test_every_try_bears_the_same_message_id_and_another_key_another(server) -> None:
    target = _target(server)
    for message in (MESSAGE, MESSAGE, MESSAGE.model_copy(update={"key": "scar:C-7Q2M4KXA:2"})):
        target.send(message)
    first, second, other = (mail["Message-ID"] for mail in server.mails)
    assert first == second != other


def test_a_message_without_receivers_goes_to_those_of_the_target(server) -> None:
    _target(server).send(MESSAGE.model_copy(update={"to": ()}))
    assert server.receivers == [["team@maker.example"]]


def test_the_password_is_only_sent_after_the_connection_is_encrypted(server, tmp_path) -> None:
    trusted, server.tls = certificate(tmp_path)
    _target(server, security="starttls", ca_file=trusted, user="andon", password="hush").send(
        MESSAGE
    )
    assert server.encrypted == [True]
    assert server.logins == ["\0andon\0hush"]


def test_a_connection_can_be_encrypted_from_the_start(tmp_path) -> None:
    double = MailServer()
    trusted, double.tls = certificate(tmp_path)
    double.implicit = True
    with serving(double):
        _target(double, security="tls", ca_file=trusted).send(MESSAGE)
    assert double.encrypted == [True]


def test_a_server_that_offers_no_encryption_gets_nothing_when_it_is_asked_for(server) -> None:
    with pytest.raises(DeliveryFailed, match="lacks") as caught:
        _target(server, security="starttls").send(MESSAGE)
    assert not caught.value.retryable
    assert server.mails == []


def test_a_certificate_that_is_not_trusted_ends_the_try(server, tmp_path) -> None:
    _, server.tls = certificate(tmp_path)
    with pytest.raises(DeliveryFailed, match="not trusted") as caught:
        _target(server, security="starttls", user="andon", password="hush").send(MESSAGE)
    assert not caught.value.retryable
    assert server.logins == []


@pytest.mark.parametrize(
    ("word", "answer", "retryable"),
    [
        ("MAIL", "451 busy", True),
        ("MAIL", "550 no", False),
        ("DATA", "452 full", True),
        ("DATA", "554 no", False),
        ("AUTH", "535 wrong", False),
        ("AUTH", "454 later", True),
    ],
)
def test_an_answer_of_4xx_is_tried_again_and_one_of_5xx_is_not(
    server, tmp_path, word, answer, retryable
) -> None:
    trusted, server.tls = certificate(tmp_path)
    server.says[word] = answer
    target = _target(server, security="starttls", ca_file=trusted, user="andon", password="hush")
    with pytest.raises(DeliveryFailed, match=answer[:3]) as caught:
        target.send(MESSAGE)
    assert caught.value.retryable is retryable
    assert "hush" not in f"{caught.value} {caught.value.holds} {caught.value.next_step}"


def test_receivers_that_are_refused_beside_others_are_named_in_the_receipt(server) -> None:
    server.refuses["b@hanwei.example"] = "550 unknown"
    to = ("a@hanwei.example", "b@hanwei.example")
    receipt = _target(server).send(MESSAGE.model_copy(update={"to": to}))
    assert receipt.refused == ("b@hanwei.example",)
    assert server.receivers == [["a@hanwei.example"]]


@pytest.mark.parametrize(("code", "retryable"), [("450 later", True), ("550 never", False)])
def test_a_mail_that_nobody_may_receive_was_not_sent(server, code, retryable) -> None:
    server.refuses["quality@hanwei.example"] = code
    with pytest.raises(DeliveryFailed, match="every receiver") as caught:
        _target(server).send(MESSAGE)
    assert caught.value.retryable is retryable
    assert server.mails == []


def test_a_mail_counts_as_sent_although_the_farewell_fails(server) -> None:
    server.says["QUIT"] = "421 in a hurry"
    assert _target(server).send(MESSAGE).key == MESSAGE.key
    assert len(server.mails) == 1


def test_a_connection_lost_after_the_text_is_tried_again_under_the_same_id(server) -> None:
    server.hangs_up_after_data = True
    with pytest.raises(DeliveryFailed) as caught:
        _target(server).send(MESSAGE)
    assert caught.value.retryable
    server.hangs_up_after_data = False
    _target(server).send(MESSAGE)
    assert len({mail["Message-ID"] for mail in server.mails}) == 1


def test_a_server_that_is_down_is_tried_again() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        double = MailServer()
        double.port = taken.getsockname()[1]
        with pytest.raises(DeliveryFailed, match="cannot be reached") as caught:
            _target(double).send(MESSAGE)
    assert caught.value.retryable


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "Rating\r\nBcc: all@example.com"},
        {"subject": "Rating\nBcc: all@example.com"},
        {"subject": "Rating\u2028Bcc: all@example.com"},
        {"language": "en\nBcc: all@example.com"},
        {"to": ("a@b.example\r\nBcc: all@example.com",)},
        {"to": ("a@b.example, c@d.example",)},
        {"to": ("A <a@b.example>",)},
        {"to": ("nobody",)},
    ],
)
def test_a_header_cannot_be_broken_out_of(server, change) -> None:
    with pytest.raises(DeliveryFailed) as caught:
        _target(server).send(MESSAGE.model_copy(update=change))
    assert not caught.value.retryable
    assert server.mails == []
