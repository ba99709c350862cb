"""Tests that are told what to look at: how much could any search find in this world?

One is told the affected units, one only the factor. Both test once, at 5 %; a screening has to
share its 5 % among all factors.
"""

from domain.rates import Incidence, rate_ratio
from domain.records.cause import Condition
from services.hub.simulate.truth import PlantedCause
from tools.causes.screen import Screened


def units_p(cause: PlantedCause) -> float:
    """Exact p-value of a test that is told which units are affected."""
    found = rate_ratio(
        Incidence(cause.exposed_failures, max(cause.exposed_years, 1e-9)),
        Incidence(cause.baseline_failures, max(cause.baseline_years, 1e-9)),
    )
    raised = found.ratio.estimate is None or found.ratio.estimate > 1
    return found.p_value if raised else 1.0


def factor_p(screened: Screened, planted: Condition) -> float:
    """P-value of a search of the planted factor alone, by the evidence that the screening uses.

    Only the search that the planted cause is a place of counts. Others that could say the same,
    such as single lots beside runs of lots, would give the oracle several tests at 5 % each.

    Returns:
        The p-value of the best place anywhere in the factor; 1 if it is no single factor.
    """
    name = _factor_name(planted)
    return min(
        (one.search_p for one in screened.candidates if one.factor.name == name), default=1.0
    )


def _factor_name(planted: Condition) -> str:
    if planted.characteristic_id is not None:
        return f"{planted.characteristic_id} {planted.direction}"
    if planted.change_id is not None:
        return "change by shift" if planted.shift else "change"
    if planted.part_id is not None and planted.received_from is not None:
        return f"lots of {planted.part_id} from {planted.supplier_id}"
    if planted.part_id is not None:
        return f"supplier of {planted.part_id}" + (" by site" if planted.site_id else "")
    return "site_id" if planted.site_id and not planted.line_id else ""
