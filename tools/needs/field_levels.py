"""Cells of the field watch: each symptom by family, by model, and by model in one market.

The expected events of a cell are those of its units by age and season; the season of a model is
learned from the rest of its family, so that its own rise is no season.
"""

from typing import TYPE_CHECKING, Literal, NamedTuple

from domain.expected_events import (
    Harmonic,
    harmonic,
    market_gains,
    rates_by_age,
    season_known,
    waves,
)
from domain.persontime import SOUTH
from tools.needs.field_events import FieldEvents, Population

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

Level = Literal["family", "model", "market"]
FEWEST_OF_REST = 20.0
"""Events of the rest of a family from which on it tells the season; else the whole family does."""
FEWEST_EXPECTED = 1.0
"""Events to be expected on the chart from which on a model or market is watched by itself."""


class Layer(NamedTuple):
    """Cells of one level; arrays with one row a cell."""

    level: Level
    """How narrow they are."""
    symptom: "Ints"
    """Index of the symptom."""
    group: "Ints"
    """Index of the family, of the model, or of the place."""
    parent: "Ints"
    """Row of the wider cell in the layer above; -1 for a family."""
    events: "Floats"
    """Events by week (count)."""
    expected: "Floats"
    """Events that age and season explain, by week (count)."""


class Groups(NamedTuple):
    """Which family, model, market and hemisphere each place belongs to."""

    families: tuple[str, ...]
    """Names of the families."""
    models: tuple[str, ...]
    """Names of the models."""
    family: "Ints"
    """Family of each place."""
    model: "Ints"
    """Model of each place."""
    market: "Ints"
    """Market of each place."""
    south: "Ints"
    """1 for a place of the southern hemisphere."""
    family_of_model: "Ints"
    """Family of each model."""


class Window(NamedTuple):
    """The weeks that are read, of those in the population."""

    first: int
    """First week."""
    end: int
    """The week after the last."""

    @property
    def charted(self) -> int:
        """First charted week, counted from `first`: the weeks before it only teach the baseline."""
        return (self.end - self.first) // 2


def groups_of(population: Population) -> Groups:
    """Indices of families, models and markets."""
    import numpy as np

    places = population.places
    families = tuple(sorted({one.family for one in places}))
    models = tuple(sorted({one.model_id for one in places}))
    markets = sorted({one.country or "" for one in places})
    of_model = {one.model_id: families.index(one.family) for one in places}
    return Groups(
        families,
        models,
        np.array([families.index(one.family) for one in places], dtype=np.int64),
        np.array([models.index(one.model_id) for one in places], dtype=np.int64),
        np.array([markets.index(one.country or "") for one in places], dtype=np.int64),
        np.array([one.country in SOUTH for one in places], dtype=np.int64),
        np.array([of_model[name] for name in models], dtype=np.int64),
    )


def layers(
    population: Population, events: FieldEvents, window: Window
) -> tuple[Groups, tuple[Layer, ...]]:
    """The cells that are watched in a window: families, then models, then markets."""
    groups = groups_of(population)
    found = _Field(population, events, window, groups)
    family = found.families()
    model = found.models(family)
    return groups, (family, model, found.markets(model))


class _Field:
    """Events and expected events of a window by symptom, place and week."""

    def __init__(
        self, population: Population, events: FieldEvents, window: Window, groups: Groups
    ) -> None:
        import numpy as np

        self._groups, self._window = groups, window
        self._exposure = population.exposure[:, :, window.first : window.end]
        day = population.first_monday.toordinal() - 719_163 + 7 * window.first
        self._wave = waves(day, window.end - window.first)
        inside = (events.week >= window.first) & (events.week < window.end)
        shape = (len(events.symptoms), len(population.places), window.end - window.first)
        self._seen = np.zeros(shape)
        where = (events.symptom[inside], events.place[inside], events.week[inside] - window.first)
        np.add.at(self._seen, where, events.counts[inside])
        self._due = self._by_age(events, inside)
        self._whole, self._rest = self._seasons()

    def families(self) -> Layer:
        """Cells of a symptom in a family."""
        import numpy as np

        seen = self._over(self._seen, self._groups.family, len(self._groups.families))
        due = self._over(self._due * self._whole, self._groups.family, len(self._groups.families))
        symptom, family = np.nonzero(seen.sum(axis=2) > 0)
        none = np.full(len(symptom), -1)
        return Layer("family", symptom, family, none, seen[symptom, family], due[symptom, family])

    def models(self, above: Layer) -> Layer:
        """Cells of a symptom in a model."""
        import numpy as np

        seen = self._over(self._seen, self._groups.model, len(self._groups.models))
        due = self._over(self._due * self._rest, self._groups.model, len(self._groups.models))
        symptom, model = np.nonzero(self._enough(due))
        parent = _rows_of(above, symptom, self._groups.family_of_model[model])
        return _layer("model", symptom, model, parent, seen, due)

    def markets(self, above: Layer) -> Layer:
        """Cells of a symptom in a model in one market, in models of several markets."""
        import numpy as np

        due = self._due * self._rest
        places = np.bincount(self._groups.model)[self._groups.model]
        symptom, place = np.nonzero(self._enough(due) & (places > 1)[None, :])
        parent = _rows_of(above, symptom, self._groups.model[place])
        return _layer("market", symptom, place, parent, self._seen, due)

    def _enough(self, due: "Floats") -> "Bools":
        import numpy as np

        return np.asarray(due[:, :, self._window.charted :].sum(axis=2) >= FEWEST_EXPECTED)

    def _over(self, values: "Floats", group: "Ints", count: int) -> "Floats":
        """Sums over the places of each group: symptoms by groups by weeks."""
        import numpy as np

        found = np.zeros((count, len(values), values.shape[2]))
        np.add.at(found, group, values.transpose(1, 0, 2))
        return found.transpose(1, 0, 2)

    def _by_age(self, events: FieldEvents, inside: "Bools") -> "Floats":
        """Events that the rates of the family by age lead one to expect."""
        import numpy as np

        count, ages = len(self._groups.families), self._exposure.shape[1]
        known = inside & (events.band >= 0)
        seen = np.zeros((len(events.symptoms), count, ages))
        family = self._groups.family[events.place[known]]
        np.add.at(seen, (events.symptom[known], family, events.band[known]), events.counts[known])
        exposed = np.zeros((count, ages))
        np.add.at(exposed, self._groups.family, self._exposure.sum(axis=2))
        rates = rates_by_age(seen.reshape(-1, ages), np.tile(exposed, (len(seen), 1))).reshape(
            seen.shape
        )
        due = np.einsum("spa,paw->spw", rates[:, self._groups.family], self._exposure)
        # Events at an unknown age count as those at a known one do.
        total = self._over(self._seen, self._groups.family, count).sum(axis=2)
        explained = self._over(due, self._groups.family, count).sum(axis=2)
        flat = np.divide(total, exposed.sum(axis=1)[None, :], out=np.zeros_like(total),
                         where=exposed.sum(axis=1)[None, :] > 0)  # fmt: skip
        scale = np.divide(total, explained, out=np.zeros_like(total), where=explained > 0)
        even = flat[:, self._groups.family, None] * self._exposure.sum(axis=1)[None]
        aged = due * scale[:, self._groups.family, None]
        return np.asarray(np.where((explained > 0)[:, self._groups.family, None], aged, even))

    def _seasons(self) -> "tuple[Floats, Floats]":
        """Factor of the season by symptom, place and week: by the family, by the family's rest."""
        import numpy as np

        groups = self._groups
        seen, due = self._by_side(self._seen), self._by_side(self._due)
        family = np.zeros((len(groups.families), *seen.shape[1:]))
        whole = [family.copy(), family.copy()]
        for total, part in zip(whole, (seen, due), strict=True):
            np.add.at(total, groups.family_of_model, part)
        rest = [total[groups.family_of_model] - part
                for total, part in zip(whole, (seen, due), strict=True)]  # fmt: skip
        few = rest[1].sum(axis=(2, 3)) < FEWEST_OF_REST
        for part, total in zip(rest, whole, strict=True):
            part[few] = total[groups.family_of_model][few]
        of_family, of_rest = self._fit(whole), self._fit(rest)
        gain = self._gains(of_family)
        return (
            self._factor(of_family, groups.family, gain),
            self._factor(of_rest, groups.model, gain),
        )

    def _by_side(self, values: "Floats") -> "Floats":
        """Models by symptoms by hemispheres by weeks."""
        import numpy as np

        found = np.zeros((len(self._groups.models), 2, len(values), values.shape[2]))
        np.add.at(found, (self._groups.model, self._groups.south), values.transpose(1, 0, 2))
        return found.transpose(0, 2, 1, 3)

    def _fit(self, parts: "list[Floats]") -> Harmonic:
        """Rhythm of each group and symptom; weights of groups by symptoms by 2."""
        import numpy as np

        count, symptoms, sides, weeks = parts[0].shape
        seen, due = (part.reshape(count * symptoms, sides, weeks) for part in parts)
        unknown = ~season_known(due)
        seen, due = (np.where(unknown[:, None, None], 0.0, part) for part in (seen, due))
        found = harmonic(seen, due, self._wave)
        return Harmonic(
            found.weights.reshape(count, symptoms, 2), found.level.reshape(count, symptoms)
        )

    def _rhythm(self, fitted: Harmonic, group: "Ints") -> "Floats":
        """Log rate by symptom, place and week."""
        import numpy as np

        side = 1.0 - 2.0 * self._groups.south
        log = np.einsum("psb,bw->spw", fitted.weights[group], self._wave)
        return np.asarray(log * side[None, :, None])

    def _gains(self, fitted: Harmonic) -> "Floats":
        """How far the market of each place follows the seasons."""
        import numpy as np

        groups = self._groups
        rhythm = self._rhythm(fitted, groups.family)
        due = self._due * fitted.level[groups.family].T[:, :, None]
        order = np.unique(groups.market)
        sums = [np.zeros((len(groups.families) * len(due), len(order), due.shape[2]))
                for _ in range(3)]  # fmt: skip
        row = groups.family[None, :] * len(due) + np.arange(len(due))[:, None]
        column = np.broadcast_to(groups.market[None, :], row.shape)
        for total, values in zip(sums, (self._seen, due, due * rhythm), strict=True):
            np.add.at(total, (row, column), values)
        seen, due_there, moved = sums
        mean = np.divide(moved, due_there, out=np.zeros_like(moved), where=due_there > 0)
        return market_gains(seen, due_there, mean)[groups.market]

    def _factor(self, fitted: Harmonic, group: "Ints", gain: "Floats") -> "Floats":
        import numpy as np

        level = fitted.level[group].T[:, :, None]
        return np.asarray(level * np.exp(self._rhythm(fitted, group) * gain[None, :, None]))


def _layer(
    level: Level, symptom: "Ints", group: "Ints", parent: "Ints", *values: "Floats"
) -> Layer:
    kept = parent >= 0
    symptom, group, parent = symptom[kept], group[kept], parent[kept]
    seen, due = (one[symptom, group] for one in values)
    return Layer(level, symptom, group, parent, seen, due)


def _rows_of(layer: Layer, symptom: "Ints", group: "Ints") -> "Ints":
    """Row of each cell in a layer; -1 where it has none."""
    import numpy as np

    rows = {pair: row for row, pair in enumerate(zip(layer.symptom.tolist(), layer.group.tolist(),
                                                     strict=True))}  # fmt: skip
    pairs = zip(symptom.tolist(), group.tolist(), strict=True)
    return np.array([rows.get(pair, -1) for pair in pairs], dtype=np.int64)
