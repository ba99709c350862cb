"""Which product and which markets a need is about: as given, by the model, or by the text."""

from dataclasses import dataclass, replace

from services.metrics.catalogue import GENERIC
from tools.metrics.need_field import FieldScope
from tools.metrics.need_reading import (
    countries_heard,
    families_heard,
    families_that_know,
    model_words,
    needs_heard,
)
from tools.metrics.need_records import FamilyOrigin
from tools.names import resolve
from tools.tool import ToolContext


@dataclass(frozen=True)
class Subject:
    """Product and markets in question."""

    family: str | None
    """Family of the hub or of the catalogue; none: not known."""
    origin: FamilyOrigin
    """Who says so."""
    candidates: tuple[str, ...]
    """Families to choose among where nobody said which; none: it is known."""
    models: tuple[str, ...]
    """Models named."""
    own_models: tuple[str, ...] | None
    """Our models in question: those named, else those of the family; none: all of ours."""
    countries: tuple[str, ...]
    """Countries; none: all."""
    markets: tuple[str, ...]
    """The same as markets of the standards library."""

    @property
    def field(self) -> FieldScope:
        """Whose field record counts."""
        return FieldScope(models=self.own_models, countries=self.countries)


@dataclass(frozen=True)
class _Kind:
    family: str | None
    origin: FamilyOrigin
    candidates: tuple[str, ...] = ()


def subject_of(text: str, family: str | None, model: str | None, context: ToolContext) -> Subject:
    """Product in question, without markets asked for in the question itself.

    Raises:
        UnknownName: the hub has no such model, or neither it nor the catalogue such a family.
    """
    families = {
        row["model_id"]: row["family"]
        for row in context.snapshot.query("families_of_models").dicts()
    }
    models = _models(text, model, context)
    known = tuple(dict.fromkeys(families[one] for one in models if families.get(one)))
    kind = _kind(text, family, known, context)
    own = models or tuple(one for one, of in families.items() if of == kind.family)
    countries = countries_heard(text)
    return Subject(
        family=kind.family,
        origin=kind.origin,
        candidates=kind.candidates,
        models=models,
        own_models=None if kind.family is None and not models else own,
        countries=countries,
        markets=_markets(countries, context),
    )


def in_markets(names: tuple[str, ...], context: ToolContext) -> tuple[str, ...]:
    """Countries of names that the asker gave: countries, or unions of the standards library.

    Raises:
        UnknownName: neither the hub nor the library knows it.
    """
    library = context.services.standards
    found: dict[str, None] = {}
    for name in names:
        market = library.market_of(name.strip())
        if market is None:
            found.update(dict.fromkeys(resolve(context, "country", [name])))
        elif market.id == name.strip().upper() and market.members:
            found.update(dict.fromkeys(market.members))
        else:
            found[name.strip().upper()] = None
    return tuple(found)


def with_markets(subject: Subject, countries: tuple[str, ...], context: ToolContext) -> Subject:
    """The same product in these countries instead."""
    return replace(subject, countries=countries, markets=_markets(countries, context))


def _models(text: str, model: str | None, context: ToolContext) -> tuple[str, ...]:
    if model:
        return tuple(resolve(context, "model", [model]))
    words = [one.lower() for one in model_words(text)]
    if not words:
        return ()
    found = context.snapshot.query("models_named", names=words)
    return tuple(dict.fromkeys(str(row[0]) for row in found.values))


def _kind(text: str, family: str | None, known: tuple[str, ...], context: ToolContext) -> _Kind:
    catalogue = context.services.metrics
    if family:
        written = family.strip().upper()
        if written in catalogue.views and written != GENERIC:
            return _Kind(written, "given")
        return _Kind(resolve(context, "family", [family])[0], "given")
    if known:
        return _Kind(known[0], "model")
    if heard := families_heard(text, catalogue):
        return _Kind(heard[0], "text", heard if len(heard) > 1 else ())
    candidates = families_that_know(text, catalogue)
    generic = catalogue.view(GENERIC)
    if len(candidates) == 1 and not needs_heard(text, generic, generic):
        return _Kind(candidates[0], "needs", tuple(_own_families(context)))
    return _Kind(None, "none", candidates or tuple(_own_families(context)))


def _own_families(context: ToolContext) -> list[str]:
    return [name for name in context.services.metrics.views if name != GENERIC]


def _markets(countries: tuple[str, ...], context: ToolContext) -> tuple[str, ...]:
    markets = [context.services.standards.market_of(one) for one in countries]
    return tuple(dict.fromkeys(one.id for one in markets if one is not None))
