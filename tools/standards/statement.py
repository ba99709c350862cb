"""What is said of a product's features, and what follows from it."""

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from domain.errors import InvalidArgument
from services.standards.library import Library
from tools.standards.product_facts import product_facts

Origin = Literal["given", "text", "hub", "kind", "usual", "implied"]
"""given, text: the asker says so. hub: recorded for the model. kind: products of the kind have it,
or lack it. usual: goes with another feature unless the contrary is said. implied: follows."""


class Statement(NamedTuple):
    """Features that a product has and lacks, each with where that is known from."""

    has: Mapping[str, Origin]
    lacks: Mapping[str, Origin]

    def filled(self, other: "Statement") -> "Statement":
        """This, and the other where this is silent."""
        return Statement({**other.has, **self.has}, {**other.lacks, **self.lacks})

    def filled_softly(
        self, has: Iterable[str], lacks: Iterable[str], origin: Origin, library: Library
    ) -> "Statement":
        """This, and what of the rest it does not contradict."""
        whole = closed(self, library)
        more = [
            one
            for one in has
            if one not in whole.has and not library.expanded([one]) & whole.lacks.keys()
        ]
        less = [one for one in lacks if one not in whole.has and one not in whole.lacks]
        return self.filled(Statement(dict.fromkeys(more, origin), dict.fromkeys(less, origin)))


def closed(statement: Statement, library: Library) -> Statement:
    """A statement with all that follows: what is implied, what is excluded, what has no source.

    Lacking a feature is lacking all that imply it. Of features that exclude each other the product
    lacks the others. It lacks a sum when it lacks all of its parts.
    """
    has: dict[str, Origin] = dict.fromkeys(library.expanded(statement.has), "implied")
    has |= statement.has
    lacks: dict[str, Origin] = dict(statement.lacks)
    facts = product_facts()
    for row in facts.exclusive:
        if set(row) & has.keys():
            excluded = [one for one in row if one not in has and one not in lacks]
            lacks.update(dict.fromkeys(excluded, "implied"))
    for whole, parts in facts.sum_of.items():
        if set(parts) <= lacks.keys() and whole not in has:
            lacks.setdefault(whole, "implied")
    without = lacks.keys()
    above = [one for one in library.features if library.expanded([one]) & without]
    for one in above:
        if one not in has:
            lacks.setdefault(one, "implied")
    return Statement(has, lacks)


def agreeing(recorded: Statement, said: Statement, library: Library) -> Statement:
    """What of a record does not contradict what is said."""
    whole = closed(said, library)
    has = {
        one: origin
        for one, origin in recorded.has.items()
        if not library.expanded([one]) & whole.lacks.keys()
    }
    lacks = {one: origin for one, origin in recorded.lacks.items() if one not in whole.has}
    return Statement(has, lacks)


def check_consistent(statement: Statement, library: Library) -> None:
    """Refuse a statement that contradicts itself.

    Raises:
        InvalidArgument: a feature is said to be there and not, or two exclude each other.
    """
    for one in sorted(statement.has):
        denied = sorted(library.expanded([one]) & statement.lacks.keys())
        if denied:
            raise _contradiction(f"{one} is said to be there and {denied[0]} not to be")
    whole = library.expanded(statement.has)
    for row in product_facts().exclusive:
        both = [one for one in row if one in whole]
        if len(both) > 1:
            raise _contradiction(f"{' and '.join(both)} exclude each other")


def _contradiction(what: str) -> InvalidArgument:
    return InvalidArgument(
        f"the features of the product contradict each other: {what}",
        next_step="ask about one variant of the product at a time",
    )
