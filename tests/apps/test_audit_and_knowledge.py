"""`andon audit` proves, `andon knowledge` lists and has reviewed, as a person uses them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from sqlalchemy import text

from apps import cli
from apps.settings import Settings
from apps.verbs.audit import audit
from apps.verbs.knowledge import knowledge
from apps.wiring import Wiring
from domain.records.cause import Condition
from domain.records.knowledge import Knowledge
from memory.knowledge import add, knowledge_name
from tests.memory.ledgers import NOW, POLICY, opened, shown_to_work


@pytest.fixture
def parts(ready: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Wiring:
    app = typer.Typer()
    for verb in (audit, knowledge):
        app.command()(verb)
    if not {"audit", "knowledge"} & {verb.__name__ for verb in cli.VERBS}:
        monkeypatch.setattr(cli, "app", app)
    return Wiring(Settings.from_environment())


@pytest.fixture
def learnt(parts: Wiring) -> str:
    """Id of what a closed case taught."""
    case_id = opened(parts.ledger, "leak/M1")
    shown_to_work(parts.ledger, case_id)
    words = {"symptom": "leak", "mechanism": "", "cause": Condition(model_id=("M1",))}
    origin = {"author": "andon:executor", "review": "to_review", "reviewed_by": None}
    since = {"valid_from": NOW.date(), "valid_to": None, "at": NOW}
    about = {"control": "", "part_id": None, "family": None, "evidence": ("E-EFFECT0000",)}
    one = Knowledge(
        id=knowledge_name(case_id), case_id=case_id, **words, **origin, **since, **about
    )
    with parts.ledger.change(by="andon:executor", at=NOW) as change:
        add(change, one, POLICY)
    return one.id


def test_an_untouched_audit_is_proved_and_its_head_proves_it_later(
    parts: Wiring, andon: Callable[..., Any]
) -> None:
    opened(parts.ledger, "leak/M1")
    told = andon("audit", "verify", "--json")
    assert told.code == 0
    assert told.json["schema"] == "andon.audit_verdict/1"
    assert (told.json["whole"], told.json["entries"]) == (True, 2)
    head = told.json["head"]
    opened(parts.ledger, "leak/M2")
    assert head not in andon("audit", "verify").out
    assert andon("audit", "verify", "--expect", head).code == 0


def test_a_damaged_audit_ends_with_its_own_code_and_says_where(
    parts: Wiring, andon: Callable[..., Any]
) -> None:
    opened(parts.ledger, "leak/M1")
    assert andon("audit", "verify", "--expect", "f" * 64).code == 5
    with parts.ledger.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER keep_audit_update"))
        connection.execute(text("UPDATE audit SET subject = 'C-2' WHERE number = 2"))
    told = andon("audit", "verify", "--json")
    assert told.code == 5
    assert "ledger_damaged" in told.out + told.err
    assert "entry 2 was changed" in told.out + told.err


def test_what_was_done_to_a_case_is_listed(parts: Wiring, andon: Callable[..., Any]) -> None:
    assert "nothing was done" in andon("audit", "list").out
    case_id = opened(parts.ledger, "leak/M1")
    opened(parts.ledger, "leak/M2")
    told = andon("audit", "list", "--subject", case_id, "--json").json
    assert [one["action"] for one in told["entries"]] == ["case.opened", "case.sign"]
    assert len(andon("audit", "list").out.splitlines()) == 4


def test_knowledge_is_listed_reviewed_and_retired(
    parts: Wiring, andon: Callable[..., Any], learnt: str
) -> None:
    assert learnt in andon("knowledge").out
    assert andon("knowledge", "--symptom", "burn", "--json").json["knowledge"] == []
    read = andon("knowledge", "review", learnt, "--mechanism", "resin too dry", "--json")
    assert read.code == 0
    assert read.json["knowledge"][0]["reviewed_by"] == "engineer"
    assert read.json["knowledge"][0]["mechanism"] == "resin too dry"
    assert "retired" in andon("knowledge", "retire", learnt).out
    assert andon("knowledge", "review", learnt).code == 2


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("knowledge", "review"), 2),
        (("knowledge", "review", "K-NOTHING"), 6),
        (("knowledge", "list", "K-NOTHING"), 2),
        (("knowledge", "retire", "K-NOTHING", "--control", "x"), 2),
        (("knowledge", "forget"), 2),
        (("audit", "prove"), 2),
        (("audit", "verify", "--as", "nobody"), 4),
    ],
)
def test_a_slip_of_the_hand_is_named(
    parts: Wiring, andon: Callable[..., Any], place: Path, arguments: tuple[str, ...], code: int
) -> None:
    assert andon(*arguments).code == code
