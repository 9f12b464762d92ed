"""``optimizer study``: run a batch of what-ifs."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optimizer.cli.progress import StudyProgress
from optimizer.cli.session import Exit, command
from optimizer.cli.terminal import Terminal

if TYPE_CHECKING:
    from optimizer.studies import Study

LISTED = 20
"""Scenarios that a dry run lists on a terminal."""

STOPPING = "Stopping: scenarios under way are finished or dropped"


@dataclass(frozen=True)
class Workers:
    """Where scenarios are solved."""

    jobs: Annotated[int, typer.Option(help="Processes on this machine.")] = 2
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Use the workers of this Dask scheduler instead."),
    ] = None
    cluster: Annotated[
        str | None,
        typer.Option(metavar="local:N", help="Start a Dask cluster of N processes here instead."),
    ] = None


@command
def study(
    terminal: Terminal,
    file: Annotated[Path, typer.Argument(metavar="STUDY", help="Study file (YAML).")],
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder for the results, runs/NAME by default; a folder with part of this study"
            " is resumed.",
        ),
    ] = None,
    again: Annotated[
        bool,
        typer.Option("--again", help="Rerun scenarios that failed or ran out of time."),
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="Check the study, list its scenarios and estimate the time; no more."
        ),
    ] = False,
    *,
    workers: Workers,
) -> None:
    """Run a batch of what-ifs; scenarios with results are skipped."""
    from optimizer.studies import Study

    read = Study.load(file)
    folder = out or Path("runs") / read.name
    if dry_run:
        _describe(terminal, read, folder if folder.is_dir() else None, workers.jobs)
        return
    stopped = _run(terminal, read, folder, workers, again)
    if stopped:
        terminal.complain(f"Stopped early: {stopped}. Rows so far are kept; run again to resume.")
    if not _conclude(terminal, read, folder, stopped):
        raise typer.Exit(Exit.STOPPED_WITH_PLAN)


def _describe(terminal: Terminal, study: "Study", out: Path | None, jobs: int) -> None:
    from optimizer.report.tables.study import estimate_sentence, left_out_sentence
    from optimizer.studies.estimate import estimate

    study.check()
    names = [scenario.name for scenario in study.scenarios]
    terminal.say(f"{study.name}: {len(names):,} scenarios of {study.instance.name}.")
    for name in names[:LISTED]:
        terminal.say_unwrapped(f"  {name}")
    if len(names) > LISTED:
        terminal.say(f"  ... and {len(names) - LISTED:,} more")
    expected = estimate(study, out, jobs, terminal.note)
    terminal.say(estimate_sentence(expected, jobs), left_out_sentence(study.scenarios.left_out))
    terminal.document(
        {
            "scenarios": len(names),
            "study": study.name,
            "instance": study.instance.name,
            "names": names,
            "drawn": sorted(study.scenarios.distributions),
            "assumptions_left_out": study.scenarios.left_out,
            "estimate": expected.summary(),
        }
    )


def _run(terminal: Terminal, study: "Study", folder: Path, workers: Workers, again: bool) -> str:
    """Run what has no row yet; say why it stopped early, if it did."""
    from optimizer.errors import StoppedError
    from optimizer.solvers.interrupts import stop_on_interrupt
    from optimizer.studies.cluster import open_workers

    terminal.note(
        f"{study.name}: {len(study):,} scenarios of {study.instance.name}"
        " (Ctrl-C stops; the same command resumes)"
    )
    progress = StudyProgress(terminal, len(study))
    with (
        stop_on_interrupt(on_ask=lambda: progress.say(STOPPING)),
        open_workers(workers.scheduler, workers.cluster, workers.jobs, terminal.note) as (
            executor,
            jobs,
        ),
        progress,
    ):
        try:
            for row, tally in study.stream(folder, jobs=jobs, executor=executor, again=again):
                progress.count(row, tally)
        except StoppedError as error:
            return str(error)
    return ""


def _conclude(terminal: Terminal, study: "Study", folder: Path, stopped: str) -> bool:
    """Show and save all rows so far; return whether the study is complete and saved."""
    from optimizer.errors import StoppedError
    from optimizer.report.page.study_page import write_study_page
    from optimizer.report.tables.study import (
        answers,
        left_out_sentence,
        study_tables,
        tally_sentence,
    )
    from optimizer.studies.summary import summarize

    tally, results, summary = study.tally(folder), study.results(folder), summarize(study)
    terminal.say(
        tally_sentence(study.name, tally),
        *answers(results, summary),
        left_out_sentence(study.scenarios.left_out),
    )
    terminal.show(*study_tables(results, summary))
    if len(results) and not stopped:
        try:
            study.save_results(folder)
            page = write_study_page(results, summary, folder)
        except (StoppedError, OSError) as error:
            stopped = f"the table and the page of all results could not be written: {error}"
            terminal.complain(f"Every result is kept, but {stopped}.")
        else:
            terminal.say_unwrapped(f"\nSaved in {folder}.\nReport: {page}")
    terminal.document(
        {
            "study": study.name,
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
    return tally.complete and not stopped
