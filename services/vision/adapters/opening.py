"""The adapter that an entry of `vision.yaml` asks for."""

from collections.abc import Callable
from typing import assert_never

from domain.errors import BadArgument
from services.vision.adapters.andon import AndonAdapter
from services.vision.adapters.landinglens import LandingLensAdapter
from services.vision.adapters.open_inference import OpenInferenceAdapter
from services.vision.adapters.port import Adapter
from services.vision.adapters.roboflow import RoboflowAdapter
from services.vision.settings import (
    AndonEntry,
    EmbeddedEntry,
    LandingLensEntry,
    OpenInferenceEntry,
    RoboflowEntry,
    ServerEntry,
)

Secret = Callable[[str], str | None]
"""The value of an environment variable, or None."""


def adapter_of(name: str, entry: ServerEntry, secret: Secret) -> Adapter:
    """The adapter of a server.

    Raises:
        BadArgument: the variable that should hold its key is empty.
    """
    match entry:
        case EmbeddedEntry():
            return AndonAdapter(name, None)
        case AndonEntry():
            return AndonAdapter(name, _key(name, entry.secret_env, secret))
        case OpenInferenceEntry():
            return OpenInferenceAdapter(name, entry, _key(name, entry.secret_env, secret))
        case LandingLensEntry():
            return LandingLensAdapter(name, entry, _key(name, entry.secret_env, secret))
        case RoboflowEntry():
            return RoboflowAdapter(name, entry, _key(name, entry.secret_env, secret))
    assert_never(entry)


def _key(name: str, variable: str | None, secret: Secret) -> str | None:
    if variable is None:
        return None
    if not (value := secret(variable)):
        raise BadArgument(
            f"vision server {name!r} needs the environment variable {variable}, which is not set",
            holds="nothing was asked",
            next_step=f"set {variable}, or take `secret_env` out of the server's entry",
        )
    return value
