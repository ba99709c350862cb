"""Which thread a conversation continues that is told by its messages alone."""

from apps.ask import as_kept
from apps.wiring import Wiring

_LOOKED_AT = 50
"""Threads in which something was last asked, among which it is looked for (count)."""


def thread_of(parts: Wiring, before: list[str]) -> str | None:
    """The asker's newest thread that begins with these questions; none if there is none.

    A thread in which nothing else was asked goes before one that went on since.

    Args:
        parts: the program's parts, for whoever asks.
        before: what they asked, in order, without the request itself.
    """
    asked = [as_kept(text, parts) for text in before]
    log, who = parts.conversations.requests, parts.principal.id
    begun_alike = [
        one.thread_id
        for one in log.threads(who, _LOOKED_AT)
        if one.title == asked[0] and one.requests >= len(asked)
    ]
    longer = None
    for thread_id in begun_alike:
        texts = [one.text for one in log.thread(thread_id, who)]
        if texts == asked:
            return thread_id
        if texts[: len(asked)] == asked:
            longer = longer or thread_id
    return longer
