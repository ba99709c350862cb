"""The station at which a measured cause arose, where its line measures at one station only."""

from tools.causes.explain import Cause
from tools.tool import ToolContext


def at_station(cause: Cause, context: ToolContext) -> Cause:
    """The cause with its station, if line and characteristic name just one."""
    condition = cause.condition
    if condition.characteristic_id is None or condition.line_id is None:
        return cause
    rows = context.snapshot.query(
        "cause_stations",
        characteristic_id=condition.characteristic_id,
        line_id=condition.line_id,
    ).dicts()
    if len(rows) != 1 or rows[0]["stations"] != 1:
        return cause
    station = {"station_id": rows[0]["station_id"]}
    return cause._replace(condition=condition.model_copy(update=station))
