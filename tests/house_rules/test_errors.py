"""What can go wrong is drawn once, and code, drawing and documents agree."""

import re
from collections.abc import Iterator

import pytest

import apps.cli
from domain import errors
from domain.errors import AndonError

DRAWN = re.compile(r"^(?P<stem>[│├└─ ]*)(?P<name>[A-Z]\w+) +(?:exit (?P<exit>\d+) +)?\S", re.M)


def _kinds(kind: type[AndonError]) -> Iterator[type[AndonError]]:
    for child in kind.__subclasses__():
        if child.__module__ == errors.__name__:
            yield child
            yield from _kinds(child)


def _drawn() -> dict[str, tuple[str, int | None]]:
    """Parent and exit code of each error, as drawn in the docstring."""
    found: dict[str, tuple[str, int | None]] = {}
    above: list[tuple[int, str]] = []
    tree = (errors.__doc__ or "").split("\n\n")[1]
    for line in DRAWN.finditer(tree):
        depth = len(line["stem"])
        above = [one for one in above if one[0] < depth]
        code = int(line["exit"]) if line["exit"] else None
        found[line["name"]] = (above[-1][1] if above else "Exception", code)
        above.append((depth, line["name"]))
    return found


def test_the_drawn_tree_is_the_tree_of_classes() -> None:
    classes = {AndonError, *_kinds(AndonError)}
    assert {name: parent for name, (parent, _) in _drawn().items()} == {
        kind.__name__: kind.__bases__[0].__name__ for kind in classes
    }


def test_the_drawn_exit_codes_are_those_of_the_classes() -> None:
    drawn = {name: code for name, (_, code) in _drawn().items() if code is not None}
    leaves = {kind.__name__: kind.exit_code for kind in _kinds(AndonError)}
    branches = {"ToolError", "OperatorError"}
    assert drawn == {name: code for name, code in leaves.items() if name not in branches}


def test_every_error_has_a_code_of_its_own_for_programs() -> None:
    codes = [kind.code for kind in {AndonError, *_kinds(AndonError)}]
    assert len(codes) == len(set(codes))


def test_the_readme_lists_the_exit_codes_that_errors_have(readme, table_of) -> None:
    shown = {int(row[0]): row[1] for row in table_of(readme, "exit")}
    used = {kind.exit_code for kind in _kinds(AndonError)} | {apps.cli.Defect.exit_code, 0}
    assert used <= shown.keys()


def test_exit_codes_mean_what_the_program_interface_says(readme, table_of, contracts) -> None:
    agreed: dict[int, str] = {}
    for left_code, left, _, right_code, right in table_of(contracts("io.md"), "exit"):
        agreed |= {int(left_code): left}
        agreed |= {int(right_code): right} if right_code else {}
    shown = {int(row[0]): row[1] for row in table_of(readme, "exit")}
    assert shown.keys() == agreed.keys()
    assert {kind.exit_code for kind in _kinds(AndonError)} <= agreed.keys()
    unlike = [code for code in agreed if not _share_a_word(agreed[code], shown[code])]
    assert unlike == []


@pytest.mark.parametrize("kind", sorted(_kinds(AndonError), key=lambda kind: kind.__name__))
def test_every_error_says_in_one_sentence_what_it_means(kind: type[AndonError]) -> None:
    assert kind.__doc__
    assert kind.__doc__.strip().endswith(".")


def _share_a_word(one: str, other: str) -> bool:
    words = [set(re.findall(r"[a-z]{4,}", text.lower())) for text in (one, other)]
    return bool(words[0] & words[1])
