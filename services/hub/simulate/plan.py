"""What to simulate: the few numbers that a world leaves open."""

from datetime import date
from typing import Literal

from pydantic import (
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    field_validator,
    model_validator,
)

from domain.contract import Contract
from domain.errors import BadArgument

TableFormat = Literal["csv", "parquet", "jsonl"]


class Plan(Contract):
    """One simulation; the same plan always writes the same rows."""

    world: str = "supplier_lot_window"
    """Kind of world, one of `WORLDS`; hyphens count as underscores."""
    seed: int = Field(default=7, ge=0)
    """Seed; it chooses suppliers, sites and dates as well as the random numbers."""
    units: int = Field(default=20_000, ge=200, le=50_000_000)
    """Units built over the 600 days before `end` (count)."""
    rate_ratio: float | None = Field(default=None, ge=1, le=50)
    """Hazard among the exposed over that of the others; None: 3."""
    exposed_failures: float | None = Field(default=None, gt=0)
    """Expected failed units among the exposed (count); None: as fits the world and `units`."""
    end: date = date(2026, 11, 15)
    """The last day that the data knows of (UTC)."""
    format: TableFormat = "csv"
    """File format of the tables."""
    dirt: float = Field(default=0.0, ge=0, le=0.5)
    """Share of rows in claims, feedback and measurements that are made wrong on purpose."""

    @field_validator("world")
    @classmethod
    def _underscored(cls, world: str) -> str:
        return world.strip().lower().replace("-", "_")

    @model_validator(mode="wrap")
    @classmethod
    def _plainly(cls, data: object, validated: ModelWrapValidatorHandler["Plan"]) -> "Plan":
        try:
            return validated(data)
        except ValidationError as error:
            wrong = [
                f"{'.'.join(map(str, one['loc'])) or 'plan'}: {one['msg']}"
                for one in error.errors()
            ]
            raise BadArgument(
                f"this cannot be simulated: {'; '.join(wrong)}",
                holds="nothing was written",
                next_step="correct the value",
            ) from error

    @property
    def ratio(self) -> float:
        """The planted rate ratio."""
        return self.rate_ratio or 3.0

    def failures(self, scale: float = 1.0) -> float:
        """Expected failures among the exposed; the default grows with the units, from 6 on."""
        if self.exposed_failures is not None:
            return self.exposed_failures
        return scale * max(6.0, self.units / 800)
