"""The facts of a proposal and the letter that speaks of them belong together."""

from typing import Any

from domain.errors import InvalidArgument


def check_letter(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Refuse facts that go on under words written for others: a letter to another supplier.

    Args:
        before: the payload that waits.
        after: what is to take its place.

    Raises:
        InvalidArgument: facts change and no word of the letters does.
    """
    words = ("letter", "letters")
    told = [name for name in words if before.get(name)]
    changed = sorted(
        name for name in {*before, *after} - set(words) if before.get(name) != after.get(name)
    )
    if changed and told and all(before[name] == after.get(name) for name in told):
        raise InvalidArgument(
            f"{', '.join(changed)} would change and the letter that speaks of it would not",
            holds="the proposal is as it was",
            next_step="give the letter with the new facts too",
        )
