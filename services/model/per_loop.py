"""One value for each event loop: connections and locks of one loop are of no use in another."""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

Kept = TypeVar("Kept")


class PerLoop(Generic[Kept]):
    """Makes a value when a loop first asks for it; those of closed loops are dropped."""

    def __init__(self, make: Callable[[], Kept]) -> None:
        self._make = make
        self._kept: dict[asyncio.AbstractEventLoop, Kept] = {}

    def get(self) -> Kept:
        """The running loop's value."""
        loop = asyncio.get_running_loop()
        if loop not in self._kept:
            self._kept = {one: kept for one, kept in self._kept.items() if not one.is_closed()}
            self._kept[loop] = self._make()
        return self._kept[loop]

    def pop(self) -> Kept | None:
        """The running loop's value, which is then forgotten; None if none was made."""
        return self._kept.pop(asyncio.get_running_loop(), None)
