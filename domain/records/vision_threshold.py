"""The threshold that lets a vision station pass, reject or hold parts, as people approve it."""

from typing import Self

from pydantic import AwareDatetime, Field, model_validator

from domain.contract import Contract


class ActivateVisionThreshold(Contract):
    """Let a vision station pass, reject or hold parts by a threshold on its score."""

    threshold_id: str = Field(pattern=r"^V-[A-Z2-7]{10}$")
    """Name of the threshold, made of the rest."""
    station_id: str
    """Station whose pictures it judges."""
    recipe_id: str | None = None
    """Recipe that it holds for; null: all recipes of the station."""
    camera_id: str | None = None
    """Camera that it was set with; null: not recorded."""
    model: str | None = None
    """Vision model that gives the scores; null: not recorded."""
    model_version: str
    """Its version; another version ends the threshold."""
    pass_below: float = Field(allow_inf_nan=False)
    """Scores below it pass."""
    reject_from: float = Field(allow_inf_nan=False)
    """Scores from here on are rejected; between the two a person looks."""
    most_missed: float = Field(gt=0, lt=1)
    """Share of defective parts that may pass, on average (0 to 1)."""
    confidence: float | None = Field(default=None, gt=0, lt=1)
    """How sure that share is kept by this very threshold, 0 to 1; null: on average only."""
    defect_kind: str | None = None
    """Kind of defect that it was set on; null: all kinds."""
    defects: int = Field(ge=1)
    """Defective parts that it rests on (count)."""
    missed: int = Field(ge=0)
    """Of them, parts that it would pass (count)."""
    good: int = Field(ge=0)
    """Good parts that it rests on (count)."""
    rejected_good: int = Field(ge=0)
    """Of them, parts that it would not pass (count)."""
    source: str
    """Where the scores came from."""
    valid_until: AwareDatetime
    """Last moment that it holds (UTC)."""

    @model_validator(mode="after")
    def _rejects_above_what_passes(self) -> Self:
        if self.reject_from < self.pass_below:
            raise ValueError("reject_from: it lies below pass_below")
        return self
