"""The texture model: what is usual at each place, how it varies, and on which scale it is told."""

import hashlib
import io
import zipfile
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from domain.errors import InvalidArgument
from services.vision.texture.features import FIGURES, Seen, cells_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FORM = 1
"""Form of the file; others are refused."""
TOP_SHARE = 0.01
"""Share of the cells, the strangest, whose mean is the score."""
_LARGEST = 64 * 2**20
_PLAIN = ("brightness", "sharpness", "scale", "size", "held_out")


class Moments(NamedTuple):
    """What is usual at each place, and how it varies."""

    mean: "Floats"
    """Usual figures, rows × columns × figures."""
    spread: "Floats"
    """Their standard deviation from part to part, of the same shape."""
    precision: "Floats"
    """Inverse covariance of figures over their spread, the same at every place."""


@dataclass(frozen=True)
class TextureModel:
    """What good parts look like at one station; arrays of floats."""

    moments: Moments
    """What is usual at each place."""
    brightness: "Floats"
    """Mean and standard deviation of the good pictures' brightness (grey levels)."""
    sharpness: "Floats"
    """Mean and standard deviation of their sharpness (no unit)."""
    scale: "Floats"
    """Distances of held-out good parts: usual score, limit of a cell, largest mean of a picture."""
    size: "Floats"
    """Height and width of the pictures (px)."""
    held_out: "Floats"
    """Scores of the good pictures, each by a model that had not seen it (1: ordinary)."""

    def score(self, distances: "Floats") -> float:
        """The score of a picture whose cells lie so far: 1 is an ordinary good part."""
        return top_mean(distances) / float(self.scale[0])

    @property
    def cell_limit(self) -> float:
        """Largest distance of any cell of the held-out good parts (standard deviations)."""
        return float(self.scale[1])

    def arrays(self) -> dict[str, "Floats"]:
        """Every array by its name in the file."""
        plain = {name: getattr(self, name) for name in _PLAIN}
        return {**self.moments._asdict(), **plain}

    def to_bytes(self) -> bytes:
        """The `.npz` file; equal models give equal bytes."""
        import numpy as np

        into = io.BytesIO()
        with zipfile.ZipFile(into, "w", zipfile.ZIP_STORED) as archive:
            for name, value in (("form", np.array(FORM)), *self.arrays().items()):
                member = io.BytesIO()
                np.lib.format.write_array(member, value, allow_pickle=False)
                archive.writestr(zipfile.ZipInfo(f"{name}.npy"), member.getvalue())
        return into.getvalue()

    @cached_property
    def sha256(self) -> str:
        """SHA-256 (hex) of the file: the version of the model."""
        return hashlib.sha256(self.to_bytes()).hexdigest()


def model_from_bytes(content: bytes) -> TextureModel:
    """A model from its file.

    Raises:
        InvalidArgument: it is no such file, of another form, or damaged.
    """
    import numpy as np

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(one.file_size for one in archive.infolist()) > _LARGEST:
                raise ValueError("too large")
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            if int(file["form"]) != FORM:
                raise ValueError(f"form {int(file['form'])}")
            moments = Moments(*(np.asarray(file[name], float) for name in Moments._fields))
            plain = {name: np.asarray(file[name], float) for name in _PLAIN}
            model = TextureModel(moments=moments, **plain)
        _require_whole(model)
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise InvalidArgument(
            f"this is no texture model that can be read ({str(error)[:80]})",
            holds="nothing was inspected",
            next_step="fit it again: `andon vision fit`",
        ) from error
    return model


def distances(moments: Moments, seen: Seen) -> "Floats":
    """How far each cell lies from the usual, rows × columns (standard deviations)."""
    import numpy as np

    apart = (seen.cells - moments.mean) / moments.spread
    squares = ((apart @ moments.precision) * apart).sum(axis=-1)
    return np.asarray(np.sqrt(np.maximum(squares, 0.0)))


def top_mean(distances: "Floats") -> float:
    """Mean of the strangest cells, one in a hundred and at least three."""
    import numpy as np

    count = max(3, round(TOP_SHARE * distances.size))
    return float(np.sort(distances, axis=None)[-count:].mean())


def _require_whole(model: TextureModel) -> None:
    import numpy as np

    size: Any = tuple(int(side) for side in model.size)
    shapes = {
        "mean": (*cells_of(*size), FIGURES),
        "spread": (*cells_of(*size), FIGURES),
        "precision": (FIGURES, FIGURES),
        "brightness": (2,),
        "sharpness": (2,),
        "scale": (3,),
        "size": (2,),
    }
    for name, values in model.arrays().items():
        if not np.isfinite(values).all():
            raise ValueError(f"{name} is not finite")
        if name in shapes and values.shape != shapes[name]:
            raise ValueError(f"{name} of shape {values.shape}")
    if not min(float(model.scale.min()), float(model.moments.spread.min())) > 0:
        raise ValueError("a scale of nothing")
