"""Who is told what, where, in which language and at which hour."""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from services.messaging.reading import read_settings
from services.messaging.settings import Default, RegionEntry, Sender, Settings, SiteEntry

FILE_NAME = "messaging.yaml"


class Route(NamedTuple):
    """How the people of a region or a site are reached."""

    place: str
    """The region or site."""
    language: str
    """Language (ISO 639-1)."""
    timezone: str
    """Time zone (IANA)."""
    digest: tuple[str, ...]
    """Targets of digests."""
    page: tuple[str, ...]
    """Targets of pages."""
    cron: str
    """When the field is read, or the factory is watched, in local time."""


class Messaging:
    """The routes of one messaging file."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @classmethod
    def load(cls, path: Path) -> "Messaging":
        """Read a messaging file.

        Raises:
            BadArgument: the file is wrong; file and line say where.
        """
        return cls(read_settings(path))

    @classmethod
    @cache
    def default(cls) -> "Messaging":
        """The shipped file: everything is kept in a folder, and nothing leaves."""
        return cls.load(Path(str(files(__package__) / FILE_NAME)))

    @property
    def sender(self) -> Sender:
        """Who signs letters."""
        return self.settings.sender

    @property
    def suppliers(self) -> str:
        """Target of messages to suppliers."""
        return self.settings.suppliers

    @property
    def regions(self) -> tuple[str, ...]:
        """Regions that have a route of their own, sorted."""
        return tuple(sorted(self.settings.regions))

    @property
    def sites(self) -> tuple[str, ...]:
        """Sites that have a route of their own, sorted."""
        return tuple(sorted(self.settings.sites))

    def region(self, name: str) -> Route:
        """The route of a region; one that the file does not name has the default's."""
        own, default = self.settings.regions.get(name, RegionEntry()), self.settings.default
        return _route(name, own, default, own.triage or default.triage)

    def site(self, name: str) -> Route:
        """The route of a site; one that the file does not name has the default's."""
        own, default = self.settings.sites.get(name, SiteEntry()), self.settings.default
        return _route(name, own, default, own.watch or default.watch)


def _route(place: str, own: RegionEntry | SiteEntry, default: Default, cron: str) -> Route:
    return Route(
        place=place,
        language=own.language or default.language,
        timezone=own.timezone or default.timezone,
        digest=own.digest or default.digest,
        page=own.page or default.page,
        cron=cron,
    )
