"""How often a job that fails is tried again, and after how long."""

from datetime import timedelta

from domain.contract import Contract


class Retry(Contract):
    """Waits that grow from failure to failure; the default covers a target that is down for a day.

    A wait is drawn between half of its full length and the whole, so that jobs which failed
    together do not come back together.
    """

    attempts: int = 16
    """Tries before a job is given up (count), deaths of its worker included."""
    first_seconds: float = 10.0
    """Full wait after the first failure (s)."""
    factor: float = 3.0
    """How much longer each wait is than the one before (no unit)."""
    longest_seconds: float = 6 * 3600.0
    """The longest wait (s)."""

    def wait(self, failures: int, chance: float) -> timedelta:
        """How long to wait after that many failures (at least 1); `chance` is drawn from 0 to 1."""
        grown = self.first_seconds * self.factor ** min(failures - 1, 64)
        return timedelta(seconds=min(grown, self.longest_seconds) * (0.5 + chance / 2))
