"""Who speaks, and what they may see here: person and channel, both as their files say now."""

import logging
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from apps.chats.port import Place
from apps.http.people_file import PeopleFile
from domain.errors import BadArgument, HubUnavailable, NotPermitted, UnknownUser
from domain.records.policy import Principal
from services.policy.channels import FILE_NAME, Channel, Channels, NotLinked

if TYPE_CHECKING:
    from apps.wiring import Wiring

HOUSE = "andon:chat"
"""Who looks after cards: nobody's rights, and no approval counts in its name."""
_LOG = logging.getLogger(__name__)


class Speaker(NamedTuple):
    """Somebody in a channel."""

    parts: "Wiring"
    """The program's parts, as they may be used by this person here."""
    channel: Channel | None
    """The channel; none: a direct message."""

    @property
    def principal(self) -> Principal:
        """The person."""
        return self.parts.principal

    @property
    def language(self) -> str:
        """The language of what is said around an answer (BCP 47)."""
        own = self.channel.language if self.channel else None
        return own or self.principal.language

    @property
    def zone(self) -> ZoneInfo:
        """Time zone of moments."""
        return ZoneInfo(self.channel.timezone if self.channel else "UTC")

    @property
    def overheard(self) -> bool:
        """Whether people of another company read along."""
        return self.channel is not None and self.channel.external


class Speakers:
    """The people and channels as their files say; these are read again when they change."""

    def __init__(self, parts: "Wiring") -> None:
        self._parts = parts
        self._people = PeopleFile(parts.settings.config / "users.yaml", parts.policy)
        self.path = parts.settings.config / FILE_NAME
        """The channels file."""
        self._read: tuple[tuple[int, int] | None, Channels] | None = None

    def channels(self) -> Channels:
        """The channels as the file names them now.

        Raises:
            HubUnavailable: the file cannot be read; nobody is answered on what it said before.
        """
        try:
            found = self.path.stat() if self.path.exists() else None
            state = (found.st_mtime_ns, found.st_size) if found else None
            if self._read is None or self._read[0] != state:
                self._read = (state, Channels.load(self.path))
        except (OSError, BadArgument) as error:
            _LOG.error("the channels file cannot be used: %s", error)
            raise HubUnavailable(
                "it cannot be read who may ask where",
                next_step="ask the operator; the log says more",
            ) from error
        return self._read[1]

    def speaker(self, place: Place, person: str) -> Speaker:
        """Who speaks, with what they may see here.

        Raises:
            NotLinked: account or channel is not linked to anything.
            NotPermitted: person and channel have no region or supplier in common.
            HubUnavailable: users or channels cannot be read.
        """
        channels = self.channels()
        user = channels.user(place.surface, person)
        channel = None if place.direct else channels.channel(place.surface, place.channel)
        try:
            principal = self._people.now().principal(user)
        except UnknownUser as error:
            raise NotLinked(
                "your account is linked to a user who is not there any more",
                holds="nothing was read, and your words were not kept",
                next_step=f"ask {channels.ask} to correct {FILE_NAME}",
            ) from error
        scope = channel.scope if channel else None
        return Speaker(self._parts.speaking_as(principal, scope), channel)

    def house(self, channel: Channel) -> "Wiring | None":
        """The parts for what is posted into a channel unasked; none if it can see nothing."""
        nobody = Principal(id=HOUSE, regions=channel.regions, suppliers=channel.suppliers)
        try:
            return self._parts.speaking_as(nobody, channel.scope)
        except NotPermitted:
            return None
