"""`andon simulate`: a maker with planted truth, in the exchange format."""

from pathlib import Path
from typing import Annotated

import typer

from apps.options import JsonOption
from apps.render import OUT, print_json
from apps.verbs.ingest import progress_bar

OutOption = Annotated[Path, typer.Option("--out", help="Folder to write; new or empty.")]
WorldOption = Annotated[str, typer.Option("--world", help="Kind of world; a wrong one lists all.")]
RatioOption = Annotated[
    float | None, typer.Option("--rate-ratio", help="Failure rate of the exposed over the others.")
]
FailuresOption = Annotated[
    float | None, typer.Option("--exposed-failures", help="Failures to expect among the exposed.")
]
FormatOption = Annotated[str, typer.Option("--format", help="csv, parquet or jsonl.")]


def simulate(
    out: OutOption,
    world: WorldOption = "supplier_lot_window",
    seed: Annotated[int, typer.Option("--seed", help="Same seed, same files.")] = 7,
    units: Annotated[int, typer.Option("--units", help="Units built.")] = 20_000,
    rate_ratio: RatioOption = None,
    exposed_failures: FailuresOption = None,
    dirt: Annotated[float, typer.Option("--dirt", help="Share of rows made wrong.")] = 0.0,
    file_format: FormatOption = "csv",
    as_json: JsonOption = False,
) -> None:
    """Write a simulated maker's exports, and truth.json beside them."""
    from services.hub.simulate import Plan
    from services.hub.simulate import simulate as run_world

    plan = Plan.model_validate(
        {
            "world": world,
            "seed": seed,
            "units": units,
            "rate_ratio": rate_ratio,
            "exposed_failures": exposed_failures,
            "dirt": dirt,
            "format": file_format,
        }
    )
    with progress_bar() as told:
        truth = run_world(plan, out, told)
    if as_json:
        print_json(truth.to_json())
        return
    OUT.print(f"{out}: {plan.units:,} units, world {plan.world}, seed {plan.seed}")
    OUT.print(f"what was planted stands in {out / 'truth.json'}")
    OUT.print(f"next: andon ingest {out}")
