"""The bench of a recall: what it measures, on a plant too small for its times to mean anything."""

from evals.bench import recall


def test_the_scope_is_measured_beside_one_scan_and_with_its_serials(monkeypatch) -> None:
    monkeypatch.setattr(recall, "REPEAT", 1)
    found = {one.figure: one for one in recall._figures(2000)}
    ratio = found["recall_scope, 2,000 units: multiple of one scan"]
    assert ratio.ratio_to is not None
    assert ratio.n == 1
    assert ratio.target == f"<= {recall.MULTIPLE}"
    assert found["recall_scope, 2,000 units: s"].target == "<= 10"
    assert any(name.startswith("serials of the scope") for name in found)
