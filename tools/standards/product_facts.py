"""How the hub's model features read for the standards library, and what kinds of product have."""

import re
from functools import cache
from importlib.resources import files

import yaml

from domain.contract import Contract
from tools.standards.ratings import HubFeature


class Kind(Contract):
    """What products of a kind have and lack unless they are said to differ."""

    has: tuple[str, ...]
    lacks: tuple[str, ...]


class Reading(Contract):
    """What a value of a model feature says."""

    feature: str
    value: str
    has: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()

    def fits(self, row: HubFeature) -> bool:
        """Whether the row is of this feature and has such a value."""
        return row.feature == self.feature and bool(
            re.fullmatch(self.value, row.value.strip().lower())
        )


class ProductFacts(Contract):
    """The content of `product_facts.yaml`."""

    families: dict[str, tuple[str, ...]]
    installation: dict[str, str]
    yielding: tuple[str, ...]
    kinds: dict[str, Kind]
    usually: dict[str, tuple[str, ...]]
    sum_of: dict[str, tuple[str, ...]]
    exclusive: tuple[tuple[str, ...], ...]
    refrigerants: dict[str, tuple[str, ...]]
    hub: tuple[Reading, ...]
    accessory_of: dict[str, tuple[str, ...]]

    def common(self, categories: tuple[str, ...]) -> Kind:
        """What products have and lack whichever of these kinds they are."""
        kinds = [self.kinds.get(one, Kind(has=(), lacks=())) for one in categories]
        if not kinds:
            return Kind(has=(), lacks=())
        has = set.intersection(*(set(kind.has) for kind in kinds))
        lacks = set.intersection(*(set(kind.lacks) for kind in kinds))
        return Kind(has=tuple(sorted(has)), lacks=tuple(sorted(lacks)))


@cache
def product_facts() -> ProductFacts:
    """The facts of the package."""
    text = (files(__package__) / "product_facts.yaml").read_text(encoding="utf-8")
    return ProductFacts.model_validate(yaml.safe_load(text))
