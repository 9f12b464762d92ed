"""``optimizer solve``: a plan of highest welfare with a proven bound, saved and shown."""

import math
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from optimizer.cli.exits import exit_of
from optimizer.cli.options import (
    AsJson,
    Backend,
    Debug,
    FixBuildsFrom,
    Gap,
    InstancePath,
    Method,
    Out,
    Quiet,
    Set,
    StartFrom,
    Threads,
    TimeLimit,
    Until,
)
from optimizer.cli.progress import Follower
from optimizer.cli.session import session

if TYPE_CHECKING:
    from optimizer.plan.plan import Plan, Run

STOPPING = "stopping: keeping the best plan so far; press again to abort"


def solve(
    instance: InstancePath,
    out: Out = None,
    overrides: Set = None,
    gap: Gap = 1e-3,
    time_limit: TimeLimit = None,
    threads: Threads = None,
    backend: Backend = "highs",
    method: Method = "auto",
    fix_builds_from: FixBuildsFrom = None,
    until: Until = None,
    start_from: StartFrom = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Find a plan of highest welfare with a proven bound, save it and show it."""
    with session(as_json, quiet, debug) as terminal:
        from optimizer.cli.folder import SUMMARY, result_folder
        from optimizer.load import load_instance
        from optimizer.plan.saved import load_plan
        from optimizer.planner import solve as find_plan
        from optimizer.report.page.plan_page import write_plan_page
        from optimizer.report.tables.plan import plan_tables, status_in_words
        from optimizer.solvers.context import check_options
        from optimizer.solvers.interrupts import stop_on_interrupt

        limit_s = math.inf if time_limit is None else time_limit
        check_options(gap, limit_s, backend, method, threads)
        read = load_instance(instance, overrides or ())
        held = None if fix_builds_from is None else load_plan(fix_builds_from)
        start = None if start_from is None else load_plan(start_from)
        folder = result_folder(out, read.name, SUMMARY, "a plan")
        terminal.note(
            f"{read.name}: workloads {len(read.workloads)}, sites {len(read.sites)},"
            f" zones {len(read.zones)}, years {len(read.time.years)};"
            f" solving to a gap of {gap:g} (Ctrl-C stops and keeps the best plan)"
        )
        follower = Follower(terminal)
        with stop_on_interrupt(on_ask=lambda: follower.say(STOPPING)):
            with follower:
                plan = find_plan(
                    read,
                    gap=gap,
                    time_limit_s=limit_s,
                    backend=backend,
                    method=method,
                    threads=threads,
                    fix_builds_from=held,
                    until=until,
                    start_from=start,
                    on_progress=follower,
                    on_stage=follower.say,
                )
            plan.save(folder)
        terminal.note(_stages(plan.run))
        terminal.say(status_in_words(plan))
        terminal.show(plan_tables(plan))
        if overrides:
            terminal.say_as_it_is("\nSet over the files: " + ", ".join(overrides))
        for warning in plan.run.warnings:
            terminal.say(f"\nWarning: {warning}.")
        page = write_plan_page(plan, folder)
        terminal.say_as_it_is(f"\n{_saved(plan, folder)}\nTo look at it, open {page}")
        terminal.document(
            {"instance": read.name, "set": overrides or [], "out": str(folder), **plan.summary()}
        )
        raise typer.Exit(exit_of(plan))


def _stages(run: "Run") -> str:
    size, seconds = run.size, run.seconds
    return (
        f"built in {seconds['build']:.1f} s: {size['arcs']:,} arcs, {size['columns']:,} columns,"
        f" {size['rows']:,} rows, {size['integers']:,} integers;"
        f" solved in {seconds['solve']:.1f} s; priced in {seconds['prices']:.1f} s"
    )


def _saved(plan: "Plan", folder: Path) -> str:
    if not plan.has_point:
        return f"Saved in {folder}, without a plan."
    return f"Saved in {folder}.  To check it:\n  optimizer verify {folder}"
