"""``optimizer breakeven``: the value of a parameter at which the verdict flips."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from optimizer.cli.displacement import Intervention
from optimizer.cli.options import Gap, InstancePath
from optimizer.cli.session import Exit, command
from optimizer.cli.solving import Solving
from optimizer.cli.terminal import Terminal

if TYPE_CHECKING:
    from optimizer.counterfactual.bracketing import Point


@dataclass(frozen=True)
class Search(Solving):
    """Flips need narrower gaps than plans."""

    gap: Gap = 1e-4


@command
def breakeven(
    terminal: Terminal,
    instance: InstancePath,
    paths: Annotated[
        list[str],
        typer.Option(
            "--path",
            metavar="PATH",
            help="Parameter to vary, as in --set; * in place of an id means every record"
            " (classes.*.elasticity). May be repeated: all paths get the same value.",
        ),
    ],
    low: Annotated[float, typer.Option(help="Lower end of the range.")],
    high: Annotated[float, typer.Option(help="Upper end of the range.")],
    intervention: Intervention = "edge",
    samples: Annotated[
        int, typer.Option(help="Evenly spaced values to start from, both ends included.")
    ] = 5,
    tolerance: Annotated[
        float | None,
        typer.Option(help="Widest bracket of a flip; a hundredth of the range by default."),
    ] = None,
    *,
    solving: Search,
) -> None:
    """Find where the verdict flips over the range of a parameter."""
    from optimizer.counterfactual.breakeven import ANSWER
    from optimizer.counterfactual.breakeven import breakeven as find_flips
    from optimizer.report.tables.breakeven import breakeven_sentence, points

    read, folder = solving.load(instance, ANSWER, "a breakeven")
    terminal.note(
        f"{read.name}: {', '.join(paths)} from {low:g} to {high:g} (Ctrl-C stops and keeps the"
        " values so far)"
    )

    def on_point(point: "Point") -> None:
        measure = "" if point.displacement is None else f" (D {point.displacement:.3f})"
        terminal.note(f"  {point.value:.6g}: {point.words}{measure}")

    answer = find_flips(
        read,
        paths,
        low,
        high,
        intervention=intervention,
        samples=samples,
        tolerance=tolerance,
        on_point=on_point,
        **solving.keywords,
    )
    answer.save(folder)
    terminal.say(breakeven_sentence(answer))
    terminal.show(points(answer))
    solving.conclude(terminal, folder, answer.summary())
    if not answer.complete:
        raise typer.Exit(Exit.STOPPED_WITH_PLAN if answer.points else Exit.STOPPED_WITHOUT)
