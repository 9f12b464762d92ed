"""What a study prints: what it will take, and what came of it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import pandas as pd

from optimizer.errors import InputError
from optimizer.report.display_table import DisplayTable
from optimizer.report.tables.study import counts_sentence, failures, scenarios, verdicts_sentence
from optimizer.report.tables.study_analysis import (
    flips,
    shares,
    shares_sentence,
    sobol_table,
    tornado_table,
)
from optimizer.report.tables.study_layout import (
    DESIGN,
    LINE,
    MAP,
    SAMPLE,
    SWINGS,
    Layout,
    Panel,
    asked,
    layout,
    measure_of,
    sampled,
)
from optimizer.studies.analysis.outcomes import is_numeric
from optimizer.studies.analysis.shares import verdict_shares
from optimizer.studies.analysis.sobol import sobol_indices
from optimizer.studies.analysis.tornado import tornado
from optimizer.studies.analysis.verdict_map import verdict_map
from optimizer.studies.estimate import Estimate
from optimizer.studies.facts import StudyFacts
from optimizer.studies.rows import Tally
from optimizer.studies.worker import SOLVED_ROW

MOST_PRINTED = 24
"""Scenarios that are printed one by one; more are counted."""
MOST_LEFT_OUT = 8
MOST_DRIVERS = 16
"""Parameters that are printed, those of most effect."""


def estimate_sentence(expected: Estimate, jobs: int) -> str:
    """How long what is left takes, and what that is taken from."""
    if not expected.left:
        return "Every scenario has its row: nothing is left to run."
    least = "at least " if expected.at_least else "about "
    processes = f"{jobs} process{'es' if jobs > 1 else ''}"
    return (
        f"{expected.left:,} scenarios are left: {least}{in_time(expected.seconds)} in {processes}"
        f" ({in_time(expected.seconds_each)} each: {expected.basis})."
    )


def in_time(seconds: float) -> str:
    """A time in words, no finer than it is known."""
    if seconds >= 5400:
        return f"{seconds / 3600:,.1f} h"
    if seconds >= 90:
        return f"{seconds / 60:,.0f} min"
    return f"{seconds:,.1f} s" if seconds < 10 else f"{seconds:,.0f} s"


def left_out_sentence(left_out: Mapping[str, str]) -> str:
    """Say which assumptions are not drawn, by the reason why; empty where all are."""
    if not left_out:
        return ""
    by_reason: dict[str, list[str]] = {}
    for path, why in left_out.items():
        by_reason.setdefault(why, []).append(path)
    said = [
        f"{', '.join(paths[:MOST_LEFT_OUT])}"
        f"{f' and {len(paths) - MOST_LEFT_OUT} more' if len(paths) > MOST_LEFT_OUT else ''} ({why})"
        for why, paths in by_reason.items()
    ]
    count = f"{len(left_out)} assumption{'s' if len(left_out) > 1 else ''}"
    return f"Not drawn, {count}: {'; '.join(said)}."


def tally_sentence(name: str, tally: Tally) -> str:
    """Say how much of a study is done, how much of it failed, and what was there before."""
    said = f"{name}: {tally.done:,} of {tally.distinct:,} scenarios have a row"
    if tally.distinct < tally.scenarios:
        shared = tally.scenarios - tally.distinct
        said += f" ({shared:,} more change the same as one of these, and share its row)"
    said += f"; {tally.failures:,} without a solved answer."
    if not tally.complete:
        said += " Run it again to go on."
    return said


def answers(results: pd.DataFrame, facts: StudyFacts) -> list[str]:
    """The answer of each intervention in a sentence, after how many scenarios have one."""
    if results.empty:
        return []
    found = layout(results, facts)
    solved = (results["status"] == SOLVED_ROW).all()
    said = [] if solved else [counts_sentence(results, facts)]
    for name in asked(results, facts):
        if found.kind == SAMPLE and len(found.panels) == 1:
            said.append(shares_sentence(verdict_shares(results, name, sampled(results, facts))))
        else:
            said.append(verdicts_sentence(results, name))
    return said


def study_tables(results: pd.DataFrame, facts: StudyFacts) -> list[DisplayTable]:
    """Tables to be printed: what failed, the scenarios if they are few, and the analyses."""
    if results.empty:
        return []
    found = layout(results, facts)
    failed = failures(results, facts)
    tables = [] if failed is None else [failed]
    if len(results) <= MOST_PRINTED:
        tables.append(scenarios(results, facts))
    for name in asked(results, facts):
        tables += _of_panels(found, partial(_answer, name, found, facts))
    for name in asked(results, facts) or [""]:
        measure = measure_of(results, name)
        if measure in results and found.kind in (SAMPLE, DESIGN, SWINGS):
            tables += _of_panels(found, partial(_drivers, measure, found, results, facts))
    return tables


def _of_panels(found: Layout, make: Callable[[Panel], DisplayTable | None]) -> list[DisplayTable]:
    """A table of each slice; where one cannot be made, why."""
    made = []
    for panel in found.panels:
        try:
            table = make(panel)
        except InputError as error:
            table = DisplayTable("Not told", note="; ".join(map(str, error.problems)) + ".")
        if table is not None:
            made.append(table)
    return made


def _answer(name: str, found: Layout, facts: StudyFacts, panel: Panel) -> DisplayTable | None:
    """Where the verdict flips, if it does, or how often each holds."""
    if found.kind == SAMPLE:
        parameters = sampled(panel.rows, facts)
        return shares(verdict_shares(panel.rows, name, parameters), facts.method, panel.words)
    x, y = (*found.across, None, None)[:2]
    if found.kind not in (MAP, LINE) or x is None or not is_numeric(panel.rows[x]):
        return None
    table = flips(verdict_map(panel.rows, x, y, name), panel.words)
    return table if table.rows else None


def _drivers(
    measure: str, found: Layout, results: pd.DataFrame, facts: StudyFacts, panel: Panel
) -> DisplayTable:
    """What moves a measure."""
    parameters = sampled(results, facts)
    if found.kind == DESIGN:
        table = sobol_table(sobol_indices(panel.rows, parameters, measure, facts.seed))
    else:
        table = tornado_table(tornado(panel.rows, parameters, measure, facts.seed))
    more = len(table.rows) - MOST_DRIVERS
    if more > 0:
        note = f"{more} with less effect are left out here; the page has all. {table.note}"
        table = replace(table, rows=table.rows[:MOST_DRIVERS], note=note)
    return replace(table, title=f"{table.title}, {panel.words}") if panel.words else table
