"""`andon proposals`, `approve` and `reject`: what is shown is what is decided, and by whom."""

import json
from collections.abc import Callable

import pytest

from apps.options import wiring
from apps.verbs.worker import worker
from memory.cases import take_sign
from memory.proposals import Wish, propose
from services.hub.hub import Hub
from tests.conftest import fill
from tests.graphs.acting_parts import letter, payload
from tests.memory.ledgers import sign

MANAGER = ("--as", "supplier_manager")


@pytest.fixture
def put(ready) -> Callable[..., str]:
    """Proposes something to a supplier without a case, or for a case of a region."""

    def make(kind: str = "issue_scar", region: str | None = None, text: str = "Answer.") -> str:
        parts = wiring(None)
        with parts.ledger.change(by="andon:case", at=parts.now()) as change:
            case_id = None
            if region:
                raised = sign(region, regions=(region,))
                case_id = take_sign(change, raised, parts.action_policy).case_id
            wish = Wish(f"{kind}:{region}", kind, payload(kind, "S-1", text), case_id)
            return propose(change, wish, parts.action_policy)

    return make


def test_what_waits_is_told_as_one_object(ready, put) -> None:
    assert ready("proposals").out == "nothing waits for a decision\n"
    one = put()
    told = ready("proposals", "--json").json
    assert told.keys() == {"schema", "proposals"}
    assert told["schema"] == "andon.proposals/1"
    (listed,) = told["proposals"]
    assert (listed["id"], listed["progress"]) == (one, "proposed (0 of 1 approved)")
    alone = ready("proposals", one, "--json").json
    assert alone == {"schema": "andon.proposal/1", **listed}


def test_a_person_sees_the_exact_words_and_no_command_to_the_terminal(ready, put) -> None:
    one = put(text="[bold]Answer[/bold] \x1b[31m by Friday")
    out = ready("proposals", one).out
    assert "[bold]Answer[/bold] \ufffd[31m by Friday" in out
    assert "needs 1 of supplier_manager or quality_manager until 2026-11-25 00:00 UTC" in out
    assert f"sha256   {ready('proposals', one, '--json').json['sha256']}" in out


def test_approved_is_executed_when_the_letter_has_left(ready, put, place) -> None:
    supplier = {"supplier_id": "S-1", "name": "Seals", "contact_email": "seals@example.com"}
    fill(Hub(place / "hub"), {"suppliers": [supplier]})
    one = put()
    sha256 = ready("proposals", one, "--json").json["sha256"]
    approve = ("approve", one, "--sha256", sha256[:8], *MANAGER, "--json")
    decision = {"schema": "andon.decision/1", "id": one, "state": "approved", "accepted": True}
    assert ready(*approve).json == {**decision, "reason": ""}
    assert ready(*approve).json["reason"] == "decided by you before; it counts once"
    assert ready("proposals", one, "--json").json["progress"] == "approved, not executed"
    worker(once=True, queues="actions, outbox")
    assert ready("proposals", one, "--json").json["progress"] == "executed"
    assert ready("proposals").out == "nothing waits for a decision\n"
    assert one in ready("proposals", "--all").out
    (sent,) = (place / "state" / "sent").glob("*.json")
    message = json.loads(sent.read_text(encoding="utf-8"))
    assert (message["to"], message["text"]) == (["seals@example.com"], "Answer.")


def test_what_failed_says_why_and_is_tried_again_when_it_is_mended(ready, put, place) -> None:
    one = put()
    sha256 = ready("proposals", one, "--json").json["sha256"]
    ready("approve", one, "--sha256", sha256, *MANAGER)
    worker(once=True, queues="actions, outbox")
    why = "the supplier master has no address of S-1: enter it, then send again"
    assert f"{one} issue_scar: failed: 1 message was given up; last try: {why}" in (
        ready("proposals").out
    )
    fill(Hub(place / "hub"), {"suppliers": [{"supplier_id": "S-1", "contact_email": "s@s.com"}]})
    assert ready("proposals", one, "--again").code == 4
    assert ready("proposals", one, "--again", *MANAGER).code == 0
    worker(once=True, queues="actions, outbox")
    assert ready("proposals", one, "--json").json["progress"] == "executed"


def test_an_edit_is_a_new_proposal_that_the_editor_does_not_approve(ready, put) -> None:
    one = put()
    old = ready("proposals", one, "--json").json
    edited = json.dumps({"letter": letter("Answer today.")})
    new = ready("proposals", one, "--edit", edited, *MANAGER, "--json").json
    assert new["id"] != one
    assert new["payload"] == {**old["payload"], "letter": letter("Answer today.")}
    assert ready("proposals", one, "--json").json["progress"] == f"replaced by {new['id']}"
    stale = ready("approve", new["id"], "--sha256", old["sha256"], *MANAGER)
    assert (stale.code, "look again" in stale.err) == (2, True)
    own = ready("approve", new["id"], "--sha256", new["sha256"], *MANAGER)
    assert (own.code, "their own" in own.err) == (4, True)


def test_who_does_not_see_a_case_does_not_see_its_proposals(ready, put) -> None:
    one = put(region="NA")
    assert one in ready("proposals").out
    assert ready("proposals", "--as", "maria").out == "nothing waits for a decision\n"
    hidden, absent = (ready("proposals", name, "--as", "maria") for name in (one, "P-NONE"))
    assert hidden.code == absent.code == 6
    assert hidden.err.replace(one, "P-NONE") == absent.err
    assert ready("approve", one, "--sha256", "12345678", "--as", "maria").code == 6


def test_what_cannot_be_decided_has_its_own_code_and_says_why(ready, put) -> None:
    one = put()
    refused = ready("approve", one, "--sha256", "12345678", "--json")
    assert (refused.code, refused.json["code"]) == (2, "bad_argument")
    sha256 = ready("proposals", one, "--json").json["sha256"]
    refused = ready("approve", one, "--sha256", sha256, "--json")
    assert (refused.code, refused.json["code"]) == (4, "not_permitted")
    assert "supplier_manager or quality_manager may decide" in refused.json["message"]
    for wrong in (
        ("approve", one, "--sha256", "abc"),
        ("reject", one, "--reason", " "),
        ("proposals", one, "--edit", "{"),
        ("proposals", one, "--edit", "[]"),
        ("proposals", one, "--edit", '{"unknown": 1}'),
        ("proposals", one, "--edit", "{}", "--again"),
        ("proposals", "--again"),
    ):
        assert ready(*wrong, *MANAGER).code == 2, wrong
    assert ready("reject", "P-NONE", "--reason", "no").code == 6
    assert ready("reject", one, "--reason", "wrong lot", *MANAGER).out == f"{one} is rejected\n"
    assert ready("approve", one, "--sha256", sha256, *MANAGER).code == 2


def test_what_nobody_decided_in_time_is_told_as_expired(ready, put, monkeypatch) -> None:
    one = put()
    monkeypatch.setenv("ANDON_NOW", "2026-12-22T00:00:00Z")
    told = ready("proposals", one, "--json").json
    assert told["progress"] == "expired"
    late = ready("approve", one, "--sha256", told["sha256"], *MANAGER)
    assert (late.code, "expired" in late.err) == (2, True)


def test_who_answers_for_other_suppliers_does_not_see_what_is_proposed_to_one(
    ready, put, place
) -> None:
    one = put()
    with (place / "state" / "users.yaml").open("a", encoding="utf-8") as users:
        users.write("  other: {roles: [supplier_manager], regions: ['*'], suppliers: [S-2]}\n")
    assert ready("proposals", "--as", "other").out == "nothing waits for a decision\n"
    assert ready("proposals", one, "--as", "other").code == 6
