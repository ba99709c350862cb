"""The one way in which reading refuses a file."""

from domain.errors import DataRejected


def refuse(shown: str, message: str, next_step: str, line: int | None = None) -> DataRejected:
    """The error for a file that cannot be taken in; `shown` is its name for people."""
    return DataRejected(
        f"{shown}: {message}",
        holds="the hub is as it was",
        next_step=next_step,
        where=(shown, line),
    )
