import json
from collections.abc import Callable
from typing import Any

import pytest

from domain.errors import InvalidArgument, NotPermitted, UnknownName
from domain.records.evidence import Evidence, Exclusion, Note, Versions
from memory.evidence import make_evidence
from services.hub.hub import Hub
from tests.conftest import fill
from tools.data.get_evidence import get_evidence
from tools.runner import run_tool
from tools.tool import ToolContext

Ask = Callable[..., ToolContext]
RESULT = {"total": 3.5, "rows": [{"name": f"row {place}"} for place in range(10)], "text": "é" * 50}


def kept(context: ToolContext) -> Evidence:
    """Evidence of another tool in the context's memory."""
    commit = context.snapshot.commit.commit_id
    evidence = make_evidence(
        tool="claim_rate",
        query={"models": ["M1"]},
        snapshot=context.snapshot,
        versions=Versions(hub_commit=commit, policy="test", code="claim_rate/3"),
        result=RESULT,
        summary="3.5 claims per 1,000 units.",
        warnings=(Note(code="few", text="few claims"),),
        excluded=(Exclusion(rule="unsold", rows=2),),
    )
    context.memory.evidence.put(evidence)
    return evidence


def asked(context: ToolContext, evidence: str, **query: Any) -> Evidence:
    return run_tool(get_evidence, {"id": evidence, **query}, context)


def test_evidence_comes_back_with_summary_warnings_and_exclusions(ask: Ask) -> None:
    context = ask()
    source = kept(context)
    found = asked(context, source.id)
    assert found.summary == "3.5 claims per 1,000 units."
    assert found.result["tool"] == "claim_rate/3"
    assert found.result["fields"] == ["total", "rows", "text"]
    assert json.loads(found.result["excerpt"]) == RESULT
    assert found.result["next_offset"] is None
    assert [note.code for note in found.warnings] == ["few"]
    assert found.excluded == source.excluded


def test_a_citation_in_small_letters_is_understood(ask: Ask) -> None:
    context = ask()
    source = kept(context)
    assert asked(context, f" {source.id.lower()} ").result["id"] == source.id


@pytest.mark.parametrize(
    ("path", "part"), [("total", 3.5), ("rows.3", {"name": "row 3"}), ("rows.0.name", "row 0")]
)
def test_a_part_is_named_by_its_path(ask: Ask, path, part) -> None:
    context = ask()
    found = asked(context, kept(context).id, path=path)
    assert json.loads(found.result["excerpt"]) == part


def test_a_list_is_paged_in_whole_items(ask: Ask) -> None:
    context = ask()
    source, offset, seen = kept(context), 0, []
    while offset is not None:
        page = asked(context, source.id, path="rows", offset=offset, limit=50).result
        assert len(page["excerpt"]) <= 54
        seen += json.loads(page["excerpt"])
        offset = page["next_offset"]
    assert seen == RESULT["rows"]


def test_an_item_longer_than_the_limit_comes_alone(ask: Ask) -> None:
    context = ask()
    page = asked(context, kept(context).id, path="rows", limit=1).result
    assert (len(json.loads(page["excerpt"])), page["next_offset"], page["length"]) == (1, 1, 10)


def test_a_long_text_is_paged_in_characters(ask: Ask) -> None:
    context = ask()
    source = kept(context)
    first = asked(context, source.id, path="text", limit=30).result
    rest = asked(context, source.id, path="text", offset=first["next_offset"], limit=30).result
    assert json.loads(first["excerpt"] + rest["excerpt"]) == RESULT["text"]


def test_an_offset_beyond_the_part_is_refused(ask: Ask) -> None:
    context = ask()
    with pytest.raises(InvalidArgument, match="10 long"):
        asked(context, kept(context).id, path="rows", offset=10)


@pytest.mark.parametrize(
    ("path", "offer"), [("rowz", "rows"), ("rows.10", "0 to 9"), ("rows.x", "0 to 9")]
)
def test_a_part_that_is_not_there_is_refused_with_those_that_are(ask: Ask, path, offer) -> None:
    context = ask()
    with pytest.raises(UnknownName) as caught:
        asked(context, kept(context).id, path=path)
    assert offer in caught.value.near


def test_evidence_that_nobody_kept_is_unknown(ask: Ask) -> None:
    with pytest.raises(UnknownName, match="E-AAAAAAAAAA"):
        asked(ask(), "E-AAAAAAAAAA")


def test_what_is_no_evidence_id_is_refused(ask: Ask) -> None:
    with pytest.raises(InvalidArgument, match="id"):
        asked(ask(), "../../etc/passwd")


def test_evidence_of_a_wider_scope_is_not_shown(ask: Ask) -> None:
    source = kept(ask())
    with pytest.raises(NotPermitted, match="wider scope"):
        asked(ask(regions=("EU",)), source.id)


def test_evidence_of_a_narrower_scope_is_shown(ask: Ask) -> None:
    source = kept(ask(regions=("EU",)))
    assert asked(ask(), source.id).result["id"] == source.id


def test_evidence_of_an_older_commit_says_so(hub: Hub, ask: Ask) -> None:
    source = kept(ask())
    fill(hub, {"models": [{"model_id": "M1"}]})
    found = asked(ask(), source.id)
    assert [note.code for note in found.warnings] == ["few", "older_commit"]
