"""`andon simulate`: a maker with planted truth, in the exchange format."""

from pathlib import Path
from typing import Annotated

import typer

from apps.options import JsonOption
from apps.render import OUT, print_json
from apps.verbs.ingest import progress_bar

WorldOption = Annotated[str, typer.Option("--world", help="Kind of world.")]


def simulate(
    out: Annotated[Path, typer.Option("--out", help="Folder to write; new or empty.")],
    world: WorldOption = "supplier_lot_window",
    seed: Annotated[int, typer.Option("--seed", help="Same seed, same files.")] = 7,
    units: Annotated[int, typer.Option("--units", help="Units built.")] = 20_000,
    as_json: JsonOption = False,
) -> None:
    """Write a simulated maker's exports, and truth.json beside them."""
    from services.hub.simulate import Plan
    from services.hub.simulate import simulate as run_world

    plan = Plan(world=world, seed=seed, units=units)
    with progress_bar() as told:
        truth = run_world(plan, out, told)
    if as_json:
        print_json(truth.to_json())
        return
    OUT.print(f"{out}: {plan.units:,} units, world {plan.world}, seed {plan.seed}")
    OUT.print(f"next: andon ingest {out}")
