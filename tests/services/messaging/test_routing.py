"""The messaging file is read strictly: nobody is told the wrong thing, or nothing, by a slip."""

from pathlib import Path

import pytest

from domain.errors import BadArgument
from services.messaging.routing import Messaging

GOOD = """sender: {company: Maker, contact: Quality}
targets:
  kept: {kind: file, folder: sent}
  mail: {kind: smtp, host: mail.example.com, port: 587, security: starttls, sender: q@example.com}
suppliers: mail
default: {language: en, timezone: UTC, digest: [kept], page: [kept], triage: 0 5 * * *, watch: 9 5 * * *}
regions:
  EU: {language: de, timezone: Europe/Berlin, page: [mail, kept]}
sites:
  QDA: {language: zh, watch: "0 7 * * *"}
"""  # noqa: E501


def _read(tmp_path: Path, text: str) -> Messaging:
    path = tmp_path / "messaging.yaml"
    path.write_text(text, encoding="utf-8")
    return Messaging.load(path)


def test_as_shipped_nothing_leaves() -> None:
    settings = Messaging.default().settings
    assert {target.kind for target in settings.targets.values()} == {"file"}


def test_as_shipped_people_are_told_in_at_least_five_languages() -> None:
    shipped = Messaging.default()
    routes = [*map(shipped.region, shipped.regions), *map(shipped.site, shipped.sites)]
    assert len({route.language for route in routes}) >= 5
    assert {shipped.site("QDA").timezone, shipped.region("EU").timezone} == {
        "Asia/Shanghai",
        "Europe/Berlin",
    }


def test_a_region_keeps_the_default_for_what_it_does_not_say(tmp_path: Path) -> None:
    europe = _read(tmp_path, GOOD).region("EU")
    assert (europe.language, europe.timezone, europe.page) == (
        "de",
        "Europe/Berlin",
        ("mail", "kept"),
    )
    assert (europe.digest, europe.cron) == (("kept",), "0 5 * * *")


def test_a_place_that_the_file_does_not_name_has_the_default_route(tmp_path: Path) -> None:
    messaging = _read(tmp_path, GOOD)
    assert (messaging.region("MEA").language, messaging.region("MEA").place) == ("en", "MEA")
    assert (messaging.site("QDA").cron, messaging.site("WRO").cron) == ("0 7 * * *", "9 5 * * *")


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("suppliers: mail", "suppliers: mial", 5, "near: mail"),
        ("page: [mail, kept]", "page: [mail, gone]", 8, "gone"),
        ("language: de", "language: deutsch", 8, "there are: en"),
        ("timezone: Europe/Berlin", "timezone: Europe/Bonn", 8, "no such time zone"),
        ("timezone: Europe/Berlin", "timezone: ../../etc", 8, "no such time zone"),
        ('watch: "0 7 * * *"', 'watch: "0 25 * * *"', 10, "no cron"),
        ("port: 587", "port: smtp", 4, "targets.mail.port"),
        ("security: starttls", "security: some", 4, "targets.mail.security"),
        ("sender: q@example.com", "sender: nobody", 4, "no mail address"),
        ("sender: q@example.com", "sender: q@example.com, user: q", 4, "go together"),
        ("  kept: {kind: file, folder: sent}", "  kept: {kind: fax}", 3, "fax"),
        ("  kept: {kind: file, folder: sent}", "  kept: {kind: file}", 3, "folder"),
        ("  kept: {kind: file, folder: sent}", "  kept: {kind: file, folder: a, to: b}", 3, "to"),
        ("language: en, timezone: UTC", "timezone: UTC", 6, "language"),
        ("sites:\n", "site:\n", 9, "site"),
        ("sites:\n", "regions:\n", 9, "line 7"),
        ("  QDA: {language: zh, watch", "  QDA: {triage: x, watch", 10, "triage"),
        ("sender: {company: Maker, contact: Quality}", "sender: Maker", 1, "sender"),
        ("suppliers: mail\n", "", 1, "suppliers"),
        ("regions:\n", "regions: [\n", 9, "no YAML"),
        ("page: [mail, kept]", "page: []", 8, "page"),
    ],
)  # fmt: skip
def test_a_wrong_messaging_file_names_file_line_and_reason(
    tmp_path: Path, old: str, new: str, line: int, reason: str
) -> None:
    assert old in GOOD
    with pytest.raises(BadArgument, match=reason) as caught:
        _read(tmp_path, GOOD.replace(old, new, 1))
    assert caught.value.where == (tmp_path / "messaging.yaml", line)


@pytest.mark.parametrize(
    "url",
    [
        "http://chat.example.com/hook",
        "ftp://chat.example.com/hook",
        "https://user:hush@chat.example.com/hook",
        "chat.example.com",
    ],
)
def test_a_webhook_is_only_posted_over_an_encrypted_connection(tmp_path: Path, url: str) -> None:
    hook = f'  kept: {{kind: webhook, url: "{url}", secret_env: HOOK}}'
    with pytest.raises(BadArgument, match="url"):
        _read(tmp_path, GOOD.replace("  kept: {kind: file, folder: sent}", hook))


def test_a_password_is_not_sent_over_a_connection_without_encryption(tmp_path: Path) -> None:
    open_mail = GOOD.replace(
        "security: starttls", "security: none, user: q, password_env: MAIL_PASSWORD"
    )
    with pytest.raises(BadArgument, match="without encryption"):
        _read(tmp_path, open_mail)


def test_a_password_itself_has_no_place_in_the_file(tmp_path: Path) -> None:
    with pytest.raises(BadArgument, match="password"):
        _read(tmp_path, GOOD.replace("security: starttls", "security: starttls, password: hush"))


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"a: \x00", b"", b"- a\n", b"a\n"])
def test_a_file_that_is_no_settings_file_is_a_clear_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "messaging.yaml"
    path.write_bytes(content)
    with pytest.raises(BadArgument, match="messaging file"):
        Messaging.load(path)
    with pytest.raises(BadArgument, match="cannot be read"):
        Messaging.load(tmp_path / "absent.yaml")
