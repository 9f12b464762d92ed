"""``optimizer breakeven``: the value of a parameter at which the verdict flips."""

import math
from typing import TYPE_CHECKING, Annotated

import typer

from optimizer.cli.exits import exit_of_breakeven
from optimizer.cli.options import (
    AsJson,
    Backend,
    Debug,
    Gap,
    InstancePath,
    Method,
    Out,
    Quiet,
    Set,
    Threads,
    TimeLimit,
)
from optimizer.cli.session import session

if TYPE_CHECKING:
    from optimizer.counterfactual.breakeven import Point


def breakeven(
    instance: InstancePath,
    paths: Annotated[
        list[str],
        typer.Option(
            "--path",
            metavar="PATH",
            help="What to vary, as --set takes it; * in place of an id is every record"
            " (classes.*.elasticity). May be repeated: all are set to the same value.",
        ),
    ],
    low: Annotated[float, typer.Option(help="Lower end of the range.")],
    high: Annotated[float, typer.Option(help="Upper end of the range.")],
    intervention: Annotated[
        str, typer.Option(metavar="NAME", help="What is new, as in displacement.")
    ] = "edge",
    samples: Annotated[int, typer.Option(help="Values looked at first, the ends among them.")] = 5,
    tolerance: Annotated[
        float | None,
        typer.Option(help="Widest bracket of a flip; a hundredth of the range if not given."),
    ] = None,
    out: Out = None,
    overrides: Set = None,
    gap: Gap = 1e-4,
    time_limit: TimeLimit = None,
    threads: Threads = None,
    backend: Backend = "highs",
    method: Method = "auto",
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Find where in a range of a parameter the verdict on an intervention flips."""
    with session(as_json, quiet, debug) as terminal:
        from optimizer.cli.folder import result_folder
        from optimizer.counterfactual.breakeven import ANSWER
        from optimizer.counterfactual.breakeven import breakeven as find_flips
        from optimizer.load import load_instance
        from optimizer.report.tables.breakeven import breakeven_sentence, points

        read = load_instance(instance, overrides or ())
        folder = result_folder(out, read.name, ANSWER, "a breakeven")
        terminal.note(
            f"{read.name}: {', '.join(paths)} from {low:g} to {high:g} (Ctrl-C stops and keeps the"
            " values so far)"
        )

        def on_point(point: "Point") -> None:
            found = "" if point.displacement is None else f" (D {point.displacement:.3f})"
            terminal.note(f"  {point.value:.6g}: {point.words}{found}")

        answer = find_flips(
            read,
            paths,
            low,
            high,
            intervention=intervention,
            samples=samples,
            tolerance=tolerance,
            gap=gap,
            time_limit_s=math.inf if time_limit is None else time_limit,
            backend=backend,
            method=method,
            threads=threads,
            on_point=on_point,
        )
        answer.save(folder)
        terminal.say(breakeven_sentence(answer))
        terminal.show([points(answer)])
        if overrides:
            terminal.say_as_it_is("\nSet over the files: " + ", ".join(overrides))
        terminal.say_as_it_is(f"\nSaved in {folder}.")
        terminal.document({"set": overrides or [], "out": str(folder), **answer.summary()})
        raise typer.Exit(exit_of_breakeven(answer))
