"""The users file is read strictly, and nobody gets in by a slip of the pen."""

from importlib.resources import files
from pathlib import Path

import pytest

from domain.errors import BadArgument, NotPermitted, UnknownUser
from services.policy.people import People

GOOD = """ask: olga
users:
  maria: {roles: [quality_engineer], regions: [EU], language: de}
  idle: {roles: [viewer]}
"""


def _people(tmp_path: Path, text: str) -> People:
    path = tmp_path / "users.yaml"
    path.write_text(text, encoding="utf-8")
    return People.load(path)


def test_the_shipped_users_can_all_ask() -> None:
    with_default = files("services.policy") / "users.default.yaml"
    people = People.load(Path(str(with_default)))
    assert "engineer" in people.ids
    assert people.principal("engineer").regions == ("*",)
    assert all(people.principal(user).roles for user in people.ids)


def test_a_known_user_becomes_a_principal(tmp_path: Path) -> None:
    maria = _people(tmp_path, GOOD).principal("maria")
    assert (maria.regions, maria.suppliers, maria.language) == (("EU",), ("*",), "de")


def test_an_unknown_user_is_told_the_near_names(tmp_path: Path) -> None:
    with pytest.raises(UnknownUser, match="mario") as caught:
        _people(tmp_path, GOOD).principal("mario")
    assert "maria" in caught.value.next_step
    with pytest.raises(UnknownUser) as stranger:
        _people(tmp_path, GOOD).principal("zzz")
    assert "olga" in stranger.value.next_step


def test_a_principal_without_regions_is_told_whom_to_ask(tmp_path: Path) -> None:
    with pytest.raises(NotPermitted, match="no region") as caught:
        _people(tmp_path, GOOD).principal("idle")
    assert "olga" in caught.value.next_step


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (
            "users:\n  a: {roles: [viewer]}\n  b: {roles: [viewer]}\n  a: {roles: [viewer]}\n",
            4,
            "line 2",
        ),
        ("users:\n  a: {roles: [viewr]}\n", 2, "near: viewer"),
        ("users:\n  a:\n    roles: [viewer]\n    region: [EU]\n", 4, "region"),
        ("users:\n  a:\n    roles: viewer\n", 3, "roles"),
        ("users:\n  a: {}\n", 2, "roles"),
        ("users:\n  a:\n    roles: [viewer\n", 4, "no YAML"),
        ("users: [a]\n", 1, "keys with values"),
        ("people: {}\n", 1, "`users`"),
        ("ask: x\n", 1, "`users`"),
        ("", 1, "empty"),
        ("users:\n  a: {roles: [viewer], regions: [EU], regions: [US]}\n", 2, "already"),
    ],
)
def test_a_wrong_users_file_names_file_line_and_reason(
    tmp_path: Path, text: str, line: int, reason: str
) -> None:
    with pytest.raises(BadArgument, match=reason) as caught:
        _people(tmp_path, text)
    assert caught.value.where == (tmp_path / "users.yaml", line)


def test_a_users_file_that_cannot_be_read_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(BadArgument, match="cannot be read"):
        People.load(tmp_path / "none.yaml")
    (tmp_path / "bad.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadArgument, match=r"bad\.yaml"):
        People.load(tmp_path / "bad.yaml")
