"""What somebody asks, as every face hands it over."""

from datetime import date

from domain.contract import Contract


class Asked(Contract):
    """One request."""

    text: str
    """The request in the asker's words."""
    thread_id: str | None = None
    """The conversation that it continues; none begins a new one."""
    language: str | None = None
    """Language of the answer (BCP 47); none for that of the request."""
    as_of: date | None = None
    """The day that "now" stands for; none for the newest day in the hub."""
    plan_only: bool = False
    """Whether only the plan is wanted, for which no data is needed."""
