"""The versions that were tested together stand in one file, and fit what the project asks for."""

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


@pytest.fixture(scope="module")
def pins(root) -> dict[str, list[Requirement]]:
    """The pinned versions by distribution; some have one for each version of Python."""
    found: dict[str, list[Requirement]] = {}
    for line in (root / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            pin = Requirement(line)
            found.setdefault(canonicalize_name(pin.name), []).append(pin)
    return found


def test_constraints_hold_exact_versions_and_no_address(pins, root) -> None:
    text = (root / "constraints.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert not any(line.startswith("-") for line in text.splitlines())
    loose = [
        str(pin)
        for some in pins.values()
        for pin in some
        if pin.url or [one.operator for one in pin.specifier] != ["=="]
    ]
    assert loose == []


def test_every_dependency_is_pinned_to_a_version_that_the_project_accepts(pins, project) -> None:
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    misfits = []
    for requirement in map(Requirement, wanted):
        pinned = pins.get(canonicalize_name(requirement.name), [])
        versions = [next(iter(pin.specifier)).version for pin in pinned]
        if not versions or not all(requirement.specifier.contains(v) for v in versions):
            misfits.append(f"{requirement} pinned to {versions}")
    assert misfits == []


def test_distributions_that_bear_our_package_names_are_kept_out(project, pins) -> None:
    kept_out = set(project["tool"]["uv"]["constraint-dependencies"])
    assert {"openai-agents<0", "evals<0"} <= kept_out
    assert not {"openai-agents", "evals"} & pins.keys()
