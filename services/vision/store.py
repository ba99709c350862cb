"""What an embedded vision server keeps: recipes with their models, scales, checks of golden pieces.

A file for each station, written anew as a whole; models and templates bear the hash of their
content. Thresholds are not here: they are approved, and the ledger keeps them.
"""

import fcntl
import hashlib
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal
from urllib.parse import quote, unquote

from pydantic import AwareDatetime, Field, ValidationError

from domain.contract import Contract
from domain.errors import InvalidArgument, ServiceUnavailable, UnknownName
from services.vision.contract import Name, Recipe
from services.vision.golden_log import GoldenCheck, GoldenLog
from services.vision.heat import PREFIX
from services.vision.inspecting.golden import GoldenLimits
from services.vision.scale import Scale

Method = Literal["golden", "texture"]
_HASH = re.compile(r"[0-9a-f]{64}")
_SHORT = 12
_NEWEST_CHECKS = 2000
_LONGEST_NAME = 200


class FittedRecipe(Contract):
    """By what the pictures of a station are judged."""

    station_id: Name
    """Station."""
    recipe: Recipe | None
    """Product, market and version; null: whatever the station sees."""
    camera_id: Name | None = None
    """Camera that took the samples; null: not told."""
    method: Method
    """golden: compared with a template. texture: with what good samples look like."""
    sha256: str
    """SHA-256 (hex) of template or model."""
    limits: GoldenLimits | None = None
    """What counts as a difference from a template; null: none is compared."""
    samples: int = Field(ge=1)
    """Good pictures that it was made of (count)."""
    fitted_at: AwareDatetime
    """When (UTC)."""

    @property
    def model(self) -> str:
        """Name of the model."""
        return f"{self.method}:{self.station_id}"

    @property
    def version(self) -> str:
        """Version of the model: the start of a hash over it and its limits."""
        limits = "" if self.limits is None else self.limits.model_dump_json()
        return hashlib.sha256(f"{self.sha256}{limits}".encode()).hexdigest()[:_SHORT]


class StationFile(Contract):
    """All that is kept of one station."""

    recipes: tuple[FittedRecipe, ...] = ()
    """One for each recipe."""
    scales: dict[str, Scale] = Field(default_factory=dict)
    """Size of a pixel by camera; `*`: whichever camera."""


class VisionStore:
    """The folder of an embedded vision server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._logs: dict[str, GoldenLog] = {}

    def stations(self) -> list[str]:
        """Stations that something is kept of, sorted."""
        found = (self.folder / "stations").glob("*.json")
        return sorted(unquote(path.stem) for path in found)

    def station(self, station_id: str) -> StationFile:
        """What is kept of a station; nothing, of one that is new.

        Raises:
            ServiceUnavailable: its file is damaged.
        """
        path = self._station_path(station_id)
        try:
            return StationFile.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return StationFile()
        except (ValidationError, OSError) as error:
            raise ServiceUnavailable(
                f"what is kept of station {station_id} cannot be read: {path.name}",
                holds="nothing was judged",
                next_step="restore the file from a copy, or fit the station anew",
            ) from error

    def put_recipe(self, fitted: FittedRecipe, content: bytes) -> None:
        """Keep a template or model in the place of the one that the recipe had."""
        self._write(self._model_path(fitted.sha256), content)
        with self._alone():
            held = self.station(fitted.station_id)
            others = tuple(one for one in held.recipes if one.recipe != fitted.recipe)
            self._put(fitted.station_id, held.model_copy(update={"recipes": (*others, fitted)}))

    def put_scale(self, station_id: str, camera_id: str | None, scale: Scale) -> None:
        """Keep the size of a pixel in the place of what it was."""
        with self._alone():
            held = self.station(station_id)
            scales = {**held.scales, camera_id or "*": scale}
            self._put(station_id, held.model_copy(update={"scales": scales}))

    def recipe_for(self, station_id: str, recipe: Recipe | None) -> FittedRecipe:
        """The recipe that a picture is judged by: the one asked for, or the station's only one.

        Raises:
            UnknownName: nothing was fitted for that station, or not for that recipe.
        """
        held = self.station(station_id).recipes
        if not held:
            raise UnknownName("vision station", station_id, tuple(self.stations())[:3],
                              "andon vision status")  # fmt: skip
        for one in held:
            if one.recipe == recipe or (recipe is None and len(held) == 1):
                return one
        general = [one for one in held if one.recipe is None]
        if general:
            return general[0]
        names = tuple(one.recipe.label for one in held if one.recipe)
        raise UnknownName("recipe", recipe.label if recipe else "", names, "andon vision status")

    def content(self, sha256: str) -> bytes:
        """A template or model by its hash.

        Raises:
            ServiceUnavailable: it is gone, or not what it was.
        """
        try:
            found = self._model_path(sha256).read_bytes()
        except OSError:
            found = b""
        if hashlib.sha256(found).hexdigest() != sha256:
            raise ServiceUnavailable(
                f"model {sha256[:_SHORT]} is gone or damaged",
                holds="nothing was judged",
                next_step="fit the station anew",
            )
        return found

    def scale(self, station_id: str, camera_id: str | None) -> Scale | None:
        """Size of a pixel of a camera; None if it is not known."""
        held = self.station(station_id).scales
        return held.get(camera_id or "*") or held.get("*")

    def put_check(self, check: GoldenCheck) -> None:
        """Write down a look at a golden piece.

        Raises:
            ServiceUnavailable: the folder cannot be written.
        """
        with self._alone():
            self._log(check.station_id).write(check)

    def checks(self, station_id: str) -> list[GoldenCheck]:
        """The newest looks at golden pieces, oldest first, each key once.

        Raises:
            ServiceUnavailable: they cannot be read.
        """
        return list(self._looks(station_id)[-_NEWEST_CHECKS:])

    def alarm(self, station_id: str) -> str:
        """Why nothing passes by itself now: golden pieces that were last judged wrongly."""
        last = {one.serial: one for one in self._looks(station_id)}
        wrong = [one for one in last.values() if not one.passed]
        if not wrong:
            return ""
        one = wrong[0]
        more = f", and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        return f"golden piece {one.serial} is {one.expected} and was judged {one.verdict}{more}"

    def put_heat(self, ref: str, png: bytes) -> None:
        """Keep a heat map."""
        self._write(self._heat_path(ref), png)

    def heat(self, ref: str) -> bytes:
        """A heat map (PNG).

        Raises:
            UnknownName: there is none of that name.
        """
        try:
            return self._heat_path(ref).read_bytes()
        except OSError:
            raise UnknownName("heat map", ref[:80], (), "andon vision inspect") from None

    def _looks(self, station_id: str) -> tuple[GoldenCheck, ...]:
        try:
            if station_id not in self._logs and not self._log_path(station_id).exists():
                return ()  # names that somebody made up are not kept
            return self._log(station_id).checks()
        except OSError as error:
            raise ServiceUnavailable(
                f"golden pieces of station {station_id} cannot be read: {error.strerror}",
                holds="nothing was judged",
                next_step=f"mend the folder {self.folder.name}/golden",
            ) from error

    def _log(self, station_id: str) -> GoldenLog:
        return self._logs.setdefault(station_id, GoldenLog(self._log_path(station_id)))

    def _log_path(self, station_id: str) -> Path:
        return self.folder / "golden" / f"{_file_name(station_id)}.jsonl"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """While no other thread or process writes here.

        Raises:
            ServiceUnavailable: the folder cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with (self.folder / "lock").open("ab") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield
        except OSError as error:
            raise _unwritable(self.folder, error) from error

    def _put(self, station_id: str, content: StationFile) -> None:
        self._write(self._station_path(station_id), content.model_dump_json(indent=1).encode())

    def _station_path(self, station_id: str) -> Path:
        return self.folder / "stations" / f"{_file_name(station_id)}.json"

    def _model_path(self, sha256: str) -> Path:
        return self.folder / "models" / sha256

    def _heat_path(self, ref: str) -> Path:
        name = ref.removeprefix(PREFIX)
        if not _HASH.fullmatch(name):
            raise UnknownName("heat map", ref[:80], (), "andon vision inspect")
        return self.folder / "heat" / f"{name}.png"

    def _write(self, path: Path, content: bytes) -> None:
        draft = path.with_name(f".{os.getpid()}.{threading.get_ident()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(content)
            draft.replace(path)
        except OSError as error:
            raise _unwritable(self.folder, error) from error


def _unwritable(folder: Path, error: OSError) -> ServiceUnavailable:
    return ServiceUnavailable(
        f"the vision store cannot be written: {error.strerror}",
        holds="what it held before",
        next_step=f"mend the folder {folder}",
    )


def _file_name(station_id: str) -> str:
    name = quote(station_id, safe="").replace(".", "%2E")
    if not 0 < len(name) <= _LONGEST_NAME:
        raise InvalidArgument("a station needs a name that a file can bear")
    return name
