"""The users file as a server reads it: again whenever it changes."""

import logging
from pathlib import Path

from domain.errors import BadArgument, HubUnavailable
from services.policy.access import Policy
from services.policy.people import People

_LOG = logging.getLogger(__name__)


class PeopleFile:
    """The users file; a role or a region that is taken away there is gone at the next request."""

    def __init__(self, path: Path, policy: Policy) -> None:
        self._path = path
        self._policy = policy
        self._read: tuple[tuple[int, int], People] | None = None

    def now(self) -> People:
        """The people as the file names them now.

        Raises:
            HubUnavailable: the file cannot be read; nobody is let in on what it said before.
        """
        try:
            found = self._path.stat()
            state = (found.st_mtime_ns, found.st_size)
            held = self._read
            if held is None or held[0] != state:
                held = self._read = (state, People.load(self._path, self._policy))
        except (OSError, BadArgument) as error:
            _LOG.error("the users file cannot be used: %s", error)
            raise HubUnavailable(
                "the server cannot read who may see what",
                next_step="ask its operator; the server's log says more",
            ) from error
        return held[1]
