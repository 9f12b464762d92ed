"""``optimizer info``: how large an instance is, or how a saved plan was made."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optimizer.cli.options import AsJson, Debug, Quiet, Set
from optimizer.cli.session import session

if TYPE_CHECKING:
    from optimizer.cli.terminal import Terminal
    from optimizer.schema.instance import Instance


def info(
    path: Annotated[
        Path,
        typer.Argument(metavar="INSTANCE_OR_DIR", help="An instance, or a folder of a saved plan."),
    ],
    overrides: Set = None,
    assumptions: Annotated[
        bool, typer.Option("--assumptions", help="List every assumption, not the headline ones.")
    ] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Tell how large an instance is and what it assumes; of a saved plan, how it was made."""
    with session(as_json, quiet, debug) as terminal:
        from optimizer.cli.folder import SUMMARY, plan_folders
        from optimizer.load import load_instance

        path = plan_folders(path)[-1]
        read = load_instance(path, overrides or ())
        document: dict[str, Any] = {}
        if (path / SUMMARY).is_file():
            document = _saved_run(terminal, path)
        terminal.say(f"{read.name}{read.title and f': {read.title}'}")
        terminal.document({"instance": read.name, **_size(terminal, read, assumptions), **document})


def _saved_run(terminal: "Terminal", folder: Path) -> dict[str, Any]:
    from optimizer.plan.saved import load_plan
    from optimizer.report.tables.plan import headline, run, status_in_words

    plan = load_plan(folder)
    terminal.say(status_in_words(plan))
    terminal.show([table for table in (headline(plan), run(plan.run)) if table is not None])
    for warning in plan.run.warnings:
        terminal.say(f"\nWarning: {warning}.")
    terminal.say("")
    return plan.summary()


def _size(terminal: "Terminal", instance: "Instance", every_assumption: bool) -> dict[str, Any]:
    from optimizer.formulation.compose import compose
    from optimizer.problem.parameters.case import compile_case
    from optimizer.report.tables.instance import (
        all_assumptions,
        counts,
        days,
        headline_assumptions,
        placement_counts,
        placements,
        records,
    )

    case = compile_case(instance)
    program, _ = compose(case)
    horizon, arcs = case.horizon, case.arcs
    size = {"arcs": len(arcs), **program.size}
    assumed = all_assumptions if every_assumption else headline_assumptions
    assumptions = assumed(instance)
    terminal.show([records(instance), days(horizon), placements(instance, arcs)])
    terminal.say("\nProgram: " + ", ".join(f"{count:,} {what}" for what, count in size.items()))
    terminal.show([] if assumptions is None else [assumptions])
    by_reason = placement_counts(instance, arcs)
    weights = dict(zip(horizon.day_of_year[horizon.day], horizon.days_per_year, strict=True))
    return {
        "years": horizon.years,
        "days": [
            {"day": int(day), "days_per_year": float(weight)} for day, weight in weights.items()
        ],
        "counts": counts(instance),
        "arcs": by_reason.pop("none"),
        "refused": by_reason,
        "size": size,
        "assumptions": [one.model_dump() for one in instance.assumptions],
    }
