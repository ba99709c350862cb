"""How large a pixel is on the part, and until when that holds."""

from pydantic import AwareDatetime, Field

from domain.contract import Contract


class Scale(Contract):
    """Size of a pixel, measured with a target at the part's distance."""

    mm_per_px: float = Field(gt=0, allow_inf_nan=False)
    """Side of a pixel on the part (mm)."""
    calibration_id: str
    """Name of the measurement."""
    valid_until: AwareDatetime
    """Last moment that it holds (UTC)."""
