"""The names that a hub knows, made ready to be found in a sentence; read once for each commit."""

from collections import defaultdict
from functools import cached_property
from typing import NamedTuple

from graphs.planning.folding import folded
from graphs.planning.gazetteer import Gazetteer
from graphs.planning.phrases import every, rules
from graphs.planning.understood import MentionKind
from services.hub.snapshot import Snapshot

_KEPT = 8
"""Commits and scopes whose names are kept."""
_WORD_LENGTH = 5
"""Letters from which one word of a supplier's name stands for the whole."""
_LONG_NAME = 2
"""Words of a supplier's name from which its first ones stand for the whole."""
_kept: dict[tuple[object, ...], "HubNames"] = {}


class HubName(NamedTuple):
    """One name of the hub."""

    kind: MentionKind
    """What it names."""
    ids: tuple[str, ...]
    """What it stands for: one identifier, or several of the same name."""
    rule: str = ""
    """`exact`: letters must stand as stored; `cued`: only after a word such as "model"."""
    spelling: str = ""
    """The name as stored."""


class HubNames:
    """Dimension tables of one commit, as one principal sees them."""

    def __init__(self, rows: list[tuple[MentionKind, str, str | None, str | None]]) -> None:
        self._rows = rows
        self.ids: dict[str, list[str]] = defaultdict(list)
        self._inside: dict[tuple[str, str], list[str]] = defaultdict(list)
        for kind, known_id, _, belongs in rows:
            self.ids[kind].append(known_id)
            if belongs is not None:
                self._inside[kind, belongs].append(known_id)

    def inside(self, kind: MentionKind, whole: str) -> tuple[str, ...]:
        """Models of a family, countries or sites of a region."""
        return tuple(self._inside.get((kind, whole), ()))

    @cached_property
    def suppliers(self) -> dict[str, str]:
        """Supplier by folded name."""
        return {
            folded(name): known_id
            for kind, known_id, name, _ in self._rows
            if kind == "supplier" and name
        }

    @cached_property
    def gazetteer(self) -> Gazetteer[HubName]:
        """Identifiers, names and aliases; countries are found by the names of all languages."""
        found: dict[str, HubName] = {}
        for kind, known_id, name, _ in self._rows:
            if kind in ("country", "family"):
                continue
            found.setdefault(known_id, HubName(kind, (known_id,), _id_rule(known_id), known_id))
            if name and name != known_id:
                self._add(found, kind, known_id, name)
        return Gazetteer(found)

    def _add(self, found: dict[str, HubName], kind: MentionKind, known_id: str, name: str) -> None:
        aliases = {folded(key): some for key, some in rules("aliases").get(kind, {}).items()}
        for spelling in (name, *every(aliases.get(folded(name), []))):
            earlier = found.get(spelling)
            ids: tuple[str, ...] = (known_id,)
            if earlier is not None and earlier.kind == kind and not earlier.rule:
                ids = (*dict.fromkeys((*earlier.ids, known_id)),)
            rule = "exact" if len(spelling) < 4 and spelling.isascii() else ""
            found[spelling] = HubName(kind, ids, rule, spelling)
        first = name.split()[0]
        if kind == "supplier" and _tells(first):
            found.setdefault(first, HubName(kind, (known_id,), "exact", first))
        elif kind == "supplier" and len(name.split()) > _LONG_NAME:
            short = " ".join(name.split()[:_LONG_NAME])
            found.setdefault(short, HubName(kind, (known_id,)))


def hub_names(snapshot: Snapshot) -> HubNames:
    """Names of a snapshot's commit as its scope sees them."""
    key = (snapshot.commit.commit_id, snapshot.scope, snapshot.as_of)
    if key not in _kept:
        rows = snapshot.query("names_to_link", most=snapshot.scope.row_limit).values
        while len(_kept) >= _KEPT:
            _kept.pop(next(iter(_kept)))
        _kept[key] = HubNames([(row[0], str(row[1]), row[2], row[3]) for row in rows])
    return _kept[key]


def _id_rule(known_id: str) -> str:
    if len(known_id) < 3 or known_id.isdecimal():
        return "cued"
    return "exact" if known_id.isalpha() else ""


def _tells(word: str) -> bool:
    return len(word) >= _WORD_LENGTH and folded(word) not in rules("aliases")["generic"]
