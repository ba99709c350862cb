"""What every formula demands of its arguments, so that a wrong call is named and not computed."""

from domain.errors import InvalidArgument


def require_count(name: str, value: float) -> None:
    """Demand a whole number of events or units, zero or more.

    Raises:
        InvalidArgument: `value` is negative, fractional or not a number.
    """
    if not (value >= 0 and value % 1 == 0):
        raise InvalidArgument(
            f"{name} must be a whole number, zero or more; got {value}",
            next_step="give the count itself, not a rate or a share",
        )


def require_exposure(name: str, value: float) -> None:
    """Demand a finite amount above zero: no rate can be formed over nothing.

    Raises:
        InvalidArgument: `value` is zero, negative, infinite or not a number.
    """
    if not 0 < value < float("inf"):
        raise InvalidArgument(
            f"{name} must be above zero and finite; got {value}",
            next_step="leave out groups without exposure: they have no rate, not a rate of 0",
        )


def require_share(name: str, value: float) -> None:
    """Demand a number strictly between 0 and 1.

    Raises:
        InvalidArgument: `value` is outside or not a number.
    """
    if not 0 < value < 1:
        raise InvalidArgument(
            f"{name} must lie between 0 and 1; got {value}",
            next_step=f"write {name} as a share, 0.95 for 95 %",
        )
