"""What `vision.yaml` says: which server judges which station, and where pictures may come from."""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from domain.contract import Contract
from domain.errors import BadArgument
from services.messaging.settings import Variable, WebAddress
from services.policy.rule_file import RuleFile, rules_in
from services.vision.breaker import BreakerLimits

FILE_NAME = "vision.yaml"
EMBEDDED = "embedded"
LARGEST_PICTURE = 64_000_000
"""Bytes of a picture that is fetched (count)."""


class Pictures(Contract):
    """Where pictures may come from; nothing else is opened."""

    folders: tuple[Path, ...] = ()
    """Folders with pictures; relative ones count from the file that names them."""
    hosts: tuple[Annotated[str, Field(pattern=r"^[a-z0-9.-]+(:\d+)?$")], ...] = ()
    """Hosts that serve pictures, exactly as addresses name them, for example `images.example.com`;
    https, or plain http on this machine."""
    most_bytes: int = Field(default=LARGEST_PICTURE, ge=1, le=LARGEST_PICTURE)
    """Largest picture that is fetched (bytes)."""


class Patience(Contract):
    """How long a server is waited for, and how often it is asked again."""

    attempts: int = Field(default=3, ge=1, le=10)
    """Requests for one answer, if they fail in a way that may pass (count)."""
    request_s: float = Field(default=10.0, gt=0, le=300)
    """Longest wait for one answer (s)."""
    total_s: float = Field(default=30.0, gt=0, le=600)
    """Longest time for all of it, waiting included (s)."""
    failures: int = Field(default=5, ge=1, le=100)
    """Failures in a row after which the server is left alone (count)."""
    cool_down_s: float = Field(default=30.0, gt=0, le=3600)
    """For how long (s)."""

    @property
    def breaker(self) -> BreakerLimits:
        """Limits of the circuit breaker."""
        return BreakerLimits(self.failures, self.cool_down_s)


class EmbeddedEntry(Contract):
    """The server of this package, in this process and without a socket."""

    kind: Literal["embedded"]
    """Embedded."""
    patience: Patience = Patience(attempts=1, request_s=60.0, total_s=120.0)
    """How long it is waited for."""


class AndonEntry(Contract):
    """The server of this package on another machine (`andon vision serve`)."""

    kind: Literal["andon"]
    """Our own wire format."""
    url: WebAddress
    """Where it listens."""
    secret_env: Variable | None = None
    """Environment variable with its key."""
    patience: Patience = Patience()
    """How long it is waited for."""


class OpenInferenceEntry(Contract):
    """A server of the Open Inference Protocol v2."""

    kind: Literal["open_inference"]
    """Open Inference Protocol v2 over HTTP."""
    url: WebAddress
    """Where it listens."""
    model: str = Field(pattern=r"^[\w.-]+$")
    """Model that is asked."""
    version: str | None = Field(default=None, pattern=r"^[\w.-]+$")
    """Its version; null: the server chooses."""
    datatype: Literal["BYTES", "UINT8", "FP32"] = "UINT8"
    """What its input holds: the file itself, pixels, or pixels from 0 to 1."""
    layout: Literal["NHWC", "NCHW"] = "NHWC"
    """Order of the axes of pixels."""
    channels: Literal[1, 3] = 3
    """Channels of pixels; each bears the brightness. A model of colours takes BYTES."""
    input: str = "image"
    """Name of the input."""
    score: str = "score"
    """Name of the output with the score (rises with badness)."""
    map: str | None = None
    """Name of the output with the anomaly map; null: it has none."""
    map_most: float = Field(default=1.0, gt=0)
    """Value of the map that stands for the top of the fixed scale; 0 stands for its foot."""
    secret_env: Variable | None = None
    """Environment variable with its key."""
    patience: Patience = Patience()
    """How long it is waited for."""


class LandingLensEntry(Contract):
    """A LandingLens-shaped server."""

    kind: Literal["landinglens"]
    """LandingLens, in its cloud or at the edge."""
    url: WebAddress
    """Address of the prediction call."""
    endpoint_id: str | None = None
    """Endpoint in the cloud; null at the edge."""
    model_version: str = Field(min_length=1)
    """Version of the model that is deployed there; its answers do not name it."""
    good: tuple[str, ...] = ("OK",)
    """Labels of a good part."""
    secret_env: Variable | None = None
    """Environment variable with its key."""
    patience: Patience = Patience()
    """How long it is waited for."""


class RoboflowEntry(Contract):
    """A Roboflow-shaped server."""

    kind: Literal["roboflow"]
    """Roboflow, hosted or local."""
    url: WebAddress
    """Where it listens."""
    project: str = Field(pattern=r"^[\w-]+$")
    """Project."""
    version: str = Field(pattern=r"^[\w.-]+$")
    """Version of its model."""
    secret_env: Variable | None = None
    """Environment variable with its key."""
    patience: Patience = Patience()
    """How long it is waited for."""


ServerEntry = Annotated[
    EmbeddedEntry | AndonEntry | OpenInferenceEntry | LandingLensEntry | RoboflowEntry,
    Field(discriminator="kind"),
]


class Station(Contract):
    """Who judges the pictures of a station."""

    server: str = EMBEDDED
    """Name of the server."""
    camera_id: str | None = None
    """Camera of the station, where it has one only."""


class VisionSettings(Contract):
    """The whole file."""

    pictures: Pictures = Pictures()
    """Where pictures may come from."""
    servers: dict[str, ServerEntry] = {EMBEDDED: EmbeddedEntry(kind="embedded")}
    """Servers by name."""
    default: str = EMBEDDED
    """Server of the stations that are not named."""
    stations: dict[str, Station] = Field(default_factory=dict)
    """Stations by id."""
    serve_secret_env: Variable | None = None
    """Environment variable with the key that `andon vision serve` asks for."""

    @model_validator(mode="after")
    def _every_server_is_there(self) -> "VisionSettings":
        named = {self.default, *(one.server for one in self.stations.values())}
        if unknown := sorted(named - self.servers.keys()):
            raise ValueError(f"there is no server {unknown[0]!r}")
        return self

    def station(self, station_id: str) -> Station:
        """Who judges a station's pictures."""
        return self.stations.get(station_id) or Station(server=self.default)


def read_vision_settings(path: Path) -> VisionSettings:
    """Read a settings file.

    Raises:
        BadArgument: it cannot be read, is no YAML, or not what it must hold.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadArgument(f"vision settings {path} cannot be read: {error.strerror}") from error
    found = rules_in(raw, RuleFile("vision", path), VisionSettings)
    return found.model_copy(update={"pictures": _from(path.parent, found.pictures)})


@cache
def default_settings(pictures: Path | None) -> VisionSettings:
    """What holds without a file: the embedded server, and pictures of one folder."""
    folders = () if pictures is None else (pictures,)
    return VisionSettings(pictures=Pictures(folders=folders))


def _from(folder: Path, pictures: Pictures) -> Pictures:
    return pictures.model_copy(update={"folders": tuple(folder / one for one in pictures.folders)})
