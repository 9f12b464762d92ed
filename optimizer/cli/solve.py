"""``optimizer solve``: the plan of highest welfare with a proven bound."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from optimizer.cli.options import FixBuildsFrom, InstancePath, StartFrom, Until
from optimizer.cli.session import command, exit_code
from optimizer.cli.solving import Solving, shown_progress
from optimizer.cli.terminal import Terminal

if TYPE_CHECKING:
    from optimizer.plan.plan import Plan, Run


@command
def solve(
    terminal: Terminal,
    instance: InstancePath,
    fix_builds_from: FixBuildsFrom = None,
    until: Until = None,
    start_from: StartFrom = None,
    *,
    solving: Solving,
) -> None:
    """Find the plan of highest welfare with a proven bound, save it and show it."""
    from optimizer.cli.folder import SUMMARY
    from optimizer.plan.plan import SOLVED
    from optimizer.plan.saved import load_plan
    from optimizer.planner import solve as find_plan
    from optimizer.report.numbers import counted
    from optimizer.report.page.plan_page import write_plan_page
    from optimizer.report.tables.plan import plan_tables, status_in_words

    read, folder = solving.load(instance, SUMMARY, "a plan")
    fixed = None if fix_builds_from is None else load_plan(fix_builds_from)
    start = None if start_from is None else load_plan(start_from)
    terminal.note(
        f"{read.name}: {counted(len(read.workloads), 'workload')},"
        f" {counted(len(read.sites), 'site')}, {counted(len(read.zones), 'zone')},"
        f" {counted(len(read.time.years), 'year')};"
        f" solving to a gap of {solving.gap:g} (Ctrl-C stops and keeps the best plan)"
    )
    with shown_progress(terminal) as progress:
        plan = find_plan(
            read,
            fix_builds_from=fixed,
            until=until,
            start_from=start,
            on_progress=progress,
            on_stage=progress.say,
            **solving.keywords,
        )
        plan.save(folder)
    terminal.note(_stages(plan.run))
    terminal.say(status_in_words(plan))
    terminal.show(*plan_tables(plan))
    page = write_plan_page(plan, folder)
    solving.conclude(
        terminal,
        folder,
        {"instance": read.name, **plan.summary()},
        plan.run.warnings,
        f"{_check(plan, folder)}\nReport: {page}",
    )
    raise typer.Exit(exit_code(plan.status, plan.status in SOLVED, plan.has_point))


def _stages(run: "Run") -> str:
    size, seconds = run.size, run.seconds
    return (
        f"built in {seconds['build']:.1f} s: {size['arcs']:,} placements, {size['columns']:,}"
        f" columns, {size['rows']:,} rows, {size['integers']:,} integers;"
        f" solved in {seconds['solve']:.1f} s; priced in {seconds['prices']:.1f} s"
    )


def _check(plan: "Plan", folder: Path) -> str:
    if not plan.has_point:
        return ", without a plan."
    return f". To verify it:\n  optimizer verify {folder}"
