"""``optimizer calibrate``: the markups with which the base year's demand is D again."""

import math
from typing import TYPE_CHECKING, Annotated

import typer

from optimizer.cli.exits import exit_of_calibration
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
from optimizer.cli.progress import Follower
from optimizer.cli.session import session
from optimizer.cli.solve import STOPPING

if TYPE_CHECKING:
    from optimizer.calibration.result import Calibration
    from optimizer.cli.terminal import Terminal


def calibrate(
    instance: InstancePath,
    classes: Annotated[
        list[str] | None,
        typer.Option(
            "--class",
            metavar="ID",
            help="Class to calibrate; all that respond to price if not given. May be repeated.",
        ),
    ] = None,
    full_cost: Annotated[
        bool,
        typer.Option(
            "--full-cost",
            help="Count the capital of hardware that stands, as if bought in the base year.",
        ),
    ] = False,
    out: Out = None,
    overrides: Set = None,
    gap: Gap = 1e-3,
    time_limit: TimeLimit = None,
    threads: Threads = None,
    backend: Backend = "highs",
    method: Method = "auto",
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Find the markups over cost with which the base year's demand is that of the reference."""
    with session(as_json, quiet, debug) as terminal:
        from optimizer.calibration import calibrate as find_markups
        from optimizer.calibration.result import ANSWER
        from optimizer.cli.folder import result_folder
        from optimizer.load import load_instance
        from optimizer.solvers.interrupts import stop_on_interrupt

        read = load_instance(instance, overrides or ())
        folder = result_folder(out, read.name, ANSWER, "a calibration")
        terminal.note(
            f"{read.name}: calibrating the markups of {read.time.years[0]}, each plan to a gap of"
            f" {gap:g} (Ctrl-C stops)"
        )
        follower = Follower(terminal)

        def on_stage(text: str) -> None:
            follower.forget(meanwhile=text)
            follower.say(text)

        with stop_on_interrupt(on_ask=lambda: follower.say(STOPPING)):
            with follower:
                answer = find_markups(
                    read,
                    classes=classes,
                    full_cost=full_cost,
                    gap=gap,
                    time_limit_s=math.inf if time_limit is None else time_limit,
                    backend=backend,
                    method=method,
                    threads=threads,
                    on_progress=follower,
                    on_stage=on_stage,
                )
            answer.save(folder)
        _show(terminal, answer)
        if overrides:
            terminal.say_as_it_is("\nSet over the files: " + ", ".join(overrides))
        for warning in answer.warnings:
            terminal.say(f"\nWarning: {warning}.")
        terminal.say_as_it_is(f"\nSaved in {folder}.")
        terminal.document({"set": overrides or [], "out": str(folder), **answer.summary()})
        raise typer.Exit(exit_of_calibration(answer))


def _show(terminal: "Terminal", answer: "Calibration") -> None:
    from optimizer.report.tables.calibration import (
        check,
        left_as_they_are,
        markups,
        status_in_words,
    )

    terminal.say(status_in_words(answer))
    terminal.show([table for table in (markups(answer), check(answer)) if table is not None])
    for sentence in left_as_they_are(answer):
        terminal.say(f"\n{sentence}")
    if answer.settings:
        terminal.say("\nTo set these markups:")
        for one in answer.settings:
            shown = f"'{one}'" if " " in one else one
            terminal.say_as_it_is(f"  --set {shown}")
