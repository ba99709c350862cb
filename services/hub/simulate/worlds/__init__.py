"""Every kind of world, by name."""

from services.hub.simulate.worlds import (
    confounded,
    emerging,
    innocent,
    material,
    process,
    stations,
    supplier_fix,
)
from services.hub.simulate.worlds.declaration import World

_DECLARATIONS = (
    material.supplier_lot_window,
    process.drift,
    process.shift_change,
    material.market_lot,
    material.supplier_site,
    confounded.simpson,
    confounded.two_causes,
    confounded.aliased,
    material.few_cases,
    innocent.growth_only,
    innocent.season,
    innocent.new_channel,
    innocent.null,
    process.fix_works,
    process.fix_fails,
    material.supplier_deteriorates,
    emerging.emerging,
    supplier_fix.supplier_fix_works,
    supplier_fix.supplier_fix_fails,
    stations.station_camera,
    stations.station_lot,
    stations.station_pose,
    stations.station_null,
)
WORLDS: dict[str, World] = {
    declare.__name__: World((declare.__doc__ or "").splitlines()[0], declare)
    for declare in _DECLARATIONS
}
"""Worlds by name, with what each says of itself."""
