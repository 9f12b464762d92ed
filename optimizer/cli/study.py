"""``optimizer study``: run a batch of what-ifs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optimizer.cli.exits import Exit
from optimizer.cli.options import AsJson, Debug, Quiet
from optimizer.cli.session import session

if TYPE_CHECKING:
    from optimizer.cli.terminal import Terminal
    from optimizer.studies import Study

LISTED = 20
"""Scenarios that a dry run lists on a terminal."""


def study(
    file: Annotated[Path, typer.Argument(metavar="STUDY", help="Study file (YAML).")],
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder of the results; one that holds some of this study is gone on with."
            " runs/NAME if not given.",
        ),
    ] = None,
    jobs: Annotated[int, typer.Option(help="Processes of this machine.")] = 2,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Dask scheduler whose workers do it instead."),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(metavar="local:N", help="Begin a Dask cluster of N processes here."),
    ] = None,
    again: Annotated[
        bool,
        typer.Option("--again", help="Run again what failed or was stopped by the time limit."),
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="Check it, list its scenarios and tell how long it takes; no more."
        ),
    ] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Run a batch of what-ifs; what is there already is not run again."""
    with session(as_json, quiet, debug) as terminal:
        from optimizer.studies import Study

        read = Study.load(file)
        folder = out or Path("runs") / read.name
        if dry_run:
            _tell(terminal, read, folder if folder.is_dir() else None, jobs)
            raise typer.Exit(Exit.SOLVED)
        raise typer.Exit(_run(terminal, read, folder, jobs, scheduler, cluster, again))


def _tell(terminal: "Terminal", read: "Study", out: Path | None, jobs: int) -> None:
    from optimizer.report.tables.study import estimate_sentence, left_out_sentence
    from optimizer.studies.estimate import estimate

    read.check()
    names = [scenario.name for scenario in read.scenarios]
    terminal.say(f"{read.name}: {len(names):,} scenarios of {read.instance.name}.")
    for name in names[:LISTED]:
        terminal.say_as_it_is(f"  {name}")
    if len(names) > LISTED:
        terminal.say(f"  ... and {len(names) - LISTED:,} more")
    expected = estimate(read, out, jobs, terminal.note)
    terminal.say(estimate_sentence(expected, jobs))
    if said := left_out_sentence(read.scenarios.left_out):
        terminal.say(said)
    terminal.document(
        {
            "scenarios": len(names),
            "study": read.name,
            "instance": read.instance.name,
            "names": names,
            "drawn": sorted(read.scenarios.distributions),
            "assumptions_left_out": read.scenarios.left_out,
            "estimate": expected.summary(),
        }
    )


def _run(
    terminal: "Terminal",
    read: "Study",
    folder: Path,
    jobs: int,
    scheduler: str | None,
    cluster: str | None,
    again: bool,
) -> Exit:
    from optimizer.cli.counter import Counter
    from optimizer.errors import StoppedError
    from optimizer.report.page.study_page import write_study_page
    from optimizer.report.tables.study import (
        answers,
        left_out_sentence,
        study_tables,
        tally_sentence,
    )
    from optimizer.solvers.interrupts import stop_on_interrupt
    from optimizer.studies.cluster import workers
    from optimizer.studies.summary import facts_of

    terminal.note(
        f"{read.name}: {len(read):,} scenarios of {read.instance.name}"
        " (Ctrl-C stops; the same command goes on)"
    )
    counter = Counter(terminal, len(read))
    stopping = "Stopping: scenarios under way are being finished or dropped"
    stopped = ""
    with (
        stop_on_interrupt(on_ask=lambda: counter.say(stopping)),
        workers(scheduler, cluster, jobs, terminal.note) as (executor, count),
    ):
        try:
            with counter:
                for row, tally in read.stream(folder, jobs=count, executor=executor, again=again):
                    counter.count(row, tally)
        except StoppedError as error:
            stopped = str(error)
    tally, results, facts = read.tally(folder), read.results(folder), facts_of(read)
    if stopped:
        terminal.complain(f"Stopped early: {stopped}. What is done is kept; run it again to go on.")
    said = [*answers(results, facts), left_out_sentence(read.scenarios.left_out)]
    for sentence in (tally_sentence(read.name, tally), *filter(None, said)):
        terminal.say(sentence)
    terminal.show(study_tables(results, facts))
    if len(results) and not stopped:
        try:
            read.save_results(folder)
            page = write_study_page(results, facts, folder)
        except (StoppedError, OSError) as error:
            stopped = f"the table and the page of all rows are not written: {error}"
            terminal.complain(f"Every row is kept, but {stopped}.")
        else:
            terminal.say_as_it_is(f"\nSaved in {folder}.\nTo look at it, open {page}")
    terminal.document(
        {
            "study": read.name,
            "scenarios": tally.scenarios,
            "distinct": tally.distinct,
            "done": tally.done,
            "failures": tally.failures,
            "complete": tally.complete,
            "by_status": results["status"].value_counts().to_dict(),
            "stopped": stopped or None,
            "out": str(folder),
        }
    )
    return Exit.SOLVED if tally.complete and not stopped else Exit.STOPPED_WITH_PLAN
