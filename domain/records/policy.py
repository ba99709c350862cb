"""Who asks, and what kind of data there is."""

from typing import Literal

from domain.contract import Contract

DataClass = Literal["public", "internal", "confidential", "personal"]
"""How freely a value may travel: public, internal (the default), confidential, personal."""
DATA_CLASSES: tuple[DataClass, ...] = ("public", "internal", "confidential", "personal")


class Principal(Contract):
    """A person or program that asks; made from the users file, never from message text."""

    id: str
    """Identifier in the users file, for example `maria`."""
    roles: tuple[str, ...] = ()
    """Roles that policy data speaks of, for example `quality_engineer`."""
    regions: tuple[str, ...] = ()
    """Regions whose rows are visible; `*` stands for all."""
    suppliers: tuple[str, ...] = ("*",)
    """Suppliers whose rows are visible; `*` stands for all."""
    language: str = "en"
    """Language of answers (BCP 47)."""
    channel: str | None = None
    """The channel that the question came by; its scope narrows the person's."""


class Scope(Contract):
    """What one principal sees: the intersection of person, channel and purpose."""

    regions: tuple[str, ...]
    """Visible regions, sorted; `*` stands for all."""
    suppliers: tuple[str, ...]
    """Visible suppliers, sorted; `*` stands for all."""
    classes: tuple[DataClass, ...]
    """Visible data classes, in rising order of care."""
    row_limit: int = 10_000
    """Most rows that one query may return."""

    def covers(self, other: "Scope") -> bool:
        """True if everything that `other` sees is seen here too."""
        return (
            _covers(self.regions, other.regions)
            and _covers(self.suppliers, other.suppliers)
            and set(other.classes) <= set(self.classes)
        )


def _covers(mine: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    return "*" in mine or ("*" not in theirs and set(theirs) <= set(mine))
