"""``optimizer calibrate``: markups at which the base year reproduces reference demand."""

from typing import Annotated

import typer

from optimizer.cli.options import InstancePath
from optimizer.cli.session import Exit, command, exit_code
from optimizer.cli.solving import Solving, shown_progress
from optimizer.cli.terminal import Terminal


@command
def calibrate(
    terminal: Terminal,
    instance: InstancePath,
    classes: Annotated[
        list[str] | None,
        typer.Option(
            "--class",
            metavar="ID",
            help="Class to calibrate; all price-responsive classes by default. May be repeated.",
        ),
    ] = None,
    full_cost: Annotated[
        bool,
        typer.Option(
            "--full-cost",
            help="Charge existing hardware its capital cost, as if bought in the base year.",
        ),
    ] = False,
    *,
    solving: Solving,
) -> None:
    """Calibrate markups so that the base year reproduces reference demand."""
    from optimizer.calibration import calibrate as find_markups
    from optimizer.calibration.result import ANSWER, CALIBRATED, IMPOSSIBLE, STOPPED
    from optimizer.report.tables.calibration import (
        check,
        left_as_they_are,
        markups,
        status_in_words,
    )

    read, folder = solving.load(instance, ANSWER, "a calibration")
    terminal.note(
        f"{read.name}: calibrating the markups of {read.time.years[0]}, each plan to a gap of"
        f" {solving.gap:g} (Ctrl-C stops)"
    )
    with shown_progress(terminal) as progress:
        answer = find_markups(
            read,
            classes=classes,
            full_cost=full_cost,
            on_progress=progress,
            on_stage=progress.begin,
            **solving.keywords,
        )
        answer.save(folder)
    terminal.say(status_in_words(answer))
    terminal.show(markups(answer), check(answer))
    for sentence in left_as_they_are(answer):
        terminal.say(f"\n{sentence}")
    if answer.settings:
        terminal.say("\nTo set these markups:")
        for setting in answer.settings:
            terminal.say_unwrapped(
                f"  --set '{setting}'" if " " in setting else f"  --set {setting}"
            )
    solving.conclude(terminal, folder, answer.summary(), answer.warnings)
    if answer.status == IMPOSSIBLE:
        raise typer.Exit(Exit.INFEASIBLE)
    raise typer.Exit(
        exit_code(answer.status, answer.status == CALIBRATED, answer.status == STOPPED)
    )
