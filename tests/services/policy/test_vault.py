"""Keys outside the hub: tokens link, seals open only with the right key in the right place."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import BadArgument
from services.policy.keys import KEY_FILE, KeyRing, rotate_keys
from services.policy.vault import Vault

VAULT = Vault(KeyRing("k1", {"k1": bytes(range(32))}))
OTHER = Vault(KeyRing("k1", {"k1": bytes(32)}))


def test_a_new_vault_is_private_and_opens_again_with_the_same_keys(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    token = Vault.open(folder).token("mail", "a@b.com")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / KEY_FILE).stat().st_mode) == 0o600
    assert Vault.open(folder).token("mail", "a@b.com") == token
    assert [path.name for path in folder.iterdir()] == [KEY_FILE]


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    Vault.open(tmp_path / "keys")
    (tmp_path / "keys" / KEY_FILE).chmod(0o644)
    with pytest.raises(BadArgument, match="other accounts") as caught:
        Vault.open(tmp_path / "keys")
    assert "chmod 600" in caught.value.next_step


def test_a_key_folder_that_others_can_write_is_refused(tmp_path: Path) -> None:
    Vault.open(tmp_path / "keys")
    (tmp_path / "keys").chmod(0o777)
    with pytest.raises(BadArgument, match="can replace files"):
        Vault.open(tmp_path / "keys")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"current": "k1", "keys": {}}',
        '{"current": "k1", "keys": {"k1": "c2hvcnQ="}}',
    ],
)
def test_a_damaged_key_file_is_named_and_never_replaced(tmp_path: Path, content: str) -> None:
    path = tmp_path / KEY_FILE
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(BadArgument) as caught:
        Vault.open(tmp_path)
    assert str(path) in caught.value.message
    assert path.read_text() == content


def test_a_folder_that_is_a_file_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("")
    with pytest.raises(BadArgument, match="cannot be used"):
        Vault.open(tmp_path / "keys")


def test_after_rotation_old_seals_open_and_new_ones_name_the_new_key(tmp_path: Path) -> None:
    old = Vault.open(tmp_path).seal("hello", "feedback/1")
    rotate_keys(tmp_path)
    vault = Vault.open(tmp_path)
    new = vault.seal("hello", "feedback/1")
    assert (old[:3], new[:3]) == ("k1.", "k2.")
    assert vault.unseal(old, "feedback/1") == vault.unseal(new, "feedback/1") == "hello"
    assert set(json.loads((tmp_path / KEY_FILE).read_text())["keys"]) == {"k1", "k2"}


@settings(deadline=None)
@given(text=st.text(), place=st.text())
def test_what_was_sealed_opens_again_and_the_bytes_repeat(text: str, place: str) -> None:
    sealed = VAULT.seal(text, place)
    assert VAULT.seal(text, place) == sealed
    assert VAULT.unseal(sealed, place) == text


def test_a_lone_surrogate_can_be_sealed_and_tokenised() -> None:
    assert VAULT.unseal(VAULT.seal("a\ud800", "x"), "x") == "a\ud800"
    assert VAULT.token("name", "a\ud800").startswith("[NAME:")


def test_equal_texts_in_two_places_look_unrelated() -> None:
    assert VAULT.seal("hello", "feedback/1")[3:] != VAULT.seal("hello", "feedback/2")[3:]


@pytest.mark.parametrize("sealed", ["k9.AAAA", "k1.AAAA", "", "k1.", "plain words", "k1.é"])
def test_bytes_that_no_key_sealed_are_a_clear_error(sealed: str) -> None:
    with pytest.raises(BadArgument) as caught:
        VAULT.unseal(sealed, "feedback/1")
    assert "key file" in caught.value.next_step


def test_a_seal_opens_neither_with_another_key_nor_in_another_place() -> None:
    sealed = VAULT.seal("hello", "feedback/1")
    with pytest.raises(BadArgument, match="does not open"):
        OTHER.unseal(sealed, "feedback/1")
    with pytest.raises(BadArgument, match="does not open"):
        VAULT.unseal(sealed, "feedback/2")


def test_a_column_is_sealed_as_its_texts_are_and_missing_stays_missing() -> None:
    sealed = VAULT.seal_all(["a", None, "b"], ["1", "2", "3"])
    assert sealed == [VAULT.seal("a", "1"), None, VAULT.seal("b", "3")]
    with pytest.raises(ValueError, match="shorter"):
        VAULT.seal_all(["a", "b"], ["1"])


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("phone", "+49 171 1234567", "0171/1234567"),
        ("phone", "+49 (0)171 1234567", "00491711234567"),
        ("phone", "٠٥٠١٢٣٤٥٦٧", "050 123 4567"),
        ("mail", "Ann.Lee@Example.com", "ann.lee (at) example (dot) com"),
        ("mail", "ann@example.com", "ann＠example.com"),
        ("card", "4111 1111 1111 1111", "4111-1111-1111-1111"),
        ("iban", "DE89 3704 0044 0532 0130 00", "de89370400440532013000"),
        ("name", "Ann  LEE", "ann lee"),
    ],
)
def test_two_spellings_of_one_value_are_one_token(kind: str, one: str, other: str) -> None:
    assert VAULT.token(kind, one) == VAULT.token(kind, other)


def test_tokens_differ_by_value_kind_and_key() -> None:
    token = VAULT.token("mail", "a@b.com")
    others = {
        VAULT.token("mail", "c@b.com"),
        VAULT.token("name", "a@b.com"),
        OTHER.token("mail", "a@b.com"),
    }
    assert len({token, *others}) == 4
    assert len(VAULT.author_token("user-17")) == 16


def test_openers_that_start_together_share_one_key_ring(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        vaults = list(pool.map(Vault.open, [tmp_path / "keys"] * 8))
    assert len({vault.token("mail", "a@b.com") for vault in vaults}) == 1


def test_a_rotation_leaves_tokens_as_they_were(tmp_path: Path) -> None:
    before = Vault.open(tmp_path)
    rotate_keys(tmp_path)
    after = Vault.open(tmp_path)
    assert after.version != before.version
    assert after.token("mail", "a@b.example") == before.token("mail", "a@b.example")
    assert after.author_token("customer 7") == before.author_token("customer 7")
