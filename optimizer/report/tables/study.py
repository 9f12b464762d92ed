"""A study's end: how many scenarios have an answer, why others have none, and all in a table."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd

from optimizer.errors import InputError
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import (
    NONE,
    decimals,
    figure_text,
    interval_text,
    money_unit,
    number,
)
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
    WELFARE,
    Layout,
    Panel,
    asked,
    layout,
    measure_of,
    sampled,
)
from optimizer.studies.analysis.outcomes import (
    ANSWERED,
    REASON,
    SCENARIO,
    STATUS,
    figures,
    is_numeric,
    text_of,
    verdicts,
)
from optimizer.studies.analysis.scale import REBOUND, scale_of
from optimizer.studies.analysis.shares import verdict_shares
from optimizer.studies.analysis.sobol import sobol_indices
from optimizer.studies.analysis.tornado import tornado
from optimizer.studies.analysis.verdict_map import verdict_map
from optimizer.studies.estimate import Estimate
from optimizer.studies.facts import StudyFacts
from optimizer.studies.rows import Tally
from optimizer.studies.worker import SOLVED_ROW

MOST_ROWS = 200
MOST_REASONS = 3
MOST_VERDICTS = 3
"""Verdicts told in a sentence, beyond which the rest are counted together."""


def counts_sentence(results: pd.DataFrame, facts: StudyFacts) -> str:
    """Say how many scenarios there are, and how many have an answer."""
    done, planned = len(results), max(facts.scenarios, len(results))
    good = int(results[STATUS].isin(ANSWERED).sum())
    early = int((results[STATUS] == ANSWERED[1]).sum())
    parts = [f"{good:,} of {done:,} scenarios have a plan"]
    if early:
        parts.append(f"{early:,} of these stopped before the gap was reached")
    if done < planned:
        parts.append(f"{planned - done:,} of {planned:,} are still to be done")
    return "; ".join(parts) + "."


def failures(results: pd.DataFrame, facts: StudyFacts) -> DisplayTable | None:
    """Scenarios without an answer by status, with the first reasons; nothing where all have one."""
    rows = _without(results, results[STATUS], REASON, "the plan", ~results[STATUS].isin(ANSWERED))
    for name in asked(results, facts):
        status = results[f"{name}_{STATUS}"]
        own = results[STATUS].isin(ANSWERED) & ~status.isin(ANSWERED)
        rows += _without(results, status.fillna("no status"), f"{name}_{REASON}", name, own)
    if not rows:
        return None
    return DisplayTable(
        "Without an answer: counted in no verdict",
        ("of", "status", "scenarios", "first reasons"),
        tuple(rows),
        words=(0, 1, 3),
    )


def _without(
    results: pd.DataFrame, status: pd.Series, reason: str, what: str, which: pd.Series
) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for ended in sorted(status[which].drop_duplicates()):
        rows = results[which & (status == ended)]
        told = rows[reason].dropna() if reason in rows else pd.Series(dtype=object)
        first = told.drop_duplicates().head(MOST_REASONS)
        said = [f"{rows.at[index, SCENARIO]}: {text}" for index, text in first.items()]
        found.append((what, str(ended), f"{len(rows):,}", "; ".join(said) or NONE))
    return found


def verdicts_sentence(results: pd.DataFrame, intervention: str) -> str:
    """Say how often each verdict occurs, most often first, and how often there is none."""
    found = [*verdicts(results, intervention, scale_of(results, intervention))]
    said = [words for words in found if words is not None]
    if not said:
        return f"{intervention}: no scenario has an answer."
    often = sorted(dict.fromkeys(said), key=lambda words: -said.count(words))
    shown = often[:MOST_VERDICTS] if len(often) > MOST_VERDICTS + 1 else often
    counts = ", ".join(f"{words} in {said.count(words):,}" for words in shown)
    others = len(said) - sum(said.count(words) for words in shown)
    counts += f", other verdicts in {others:,}" if others else ""
    none = len(found) - len(said)
    rest = f"; {none:,} more without an answer" if none else ""
    return f"{intervention}: of {len(said):,} scenarios with an answer, {counts}{rest}."


def scenarios(results: pd.DataFrame, facts: StudyFacts) -> DisplayTable:
    """Each scenario with its answer; the first so many, and how many more there are."""
    shown = results.head(MOST_ROWS)
    heads, words, columns = ["scenario", STATUS], [0, 1], [_texts(shown[SCENARIO])]
    columns.append(_texts(shown[STATUS]))
    for name in asked(results, facts):
        scale = scale_of(results, name)
        what = "rebound" if scale is REBOUND else "energy D"
        heads += [f"{name}: verdict", f"{what} of {name}", "interval"]
        words.append(len(columns))
        columns.append([one or NONE for one in verdicts(shown, name, scale)])
        value, low, high = (
            figures(shown, f"{name}_{suffix}") for suffix in (scale.measure, scale.low, scale.high)
        )
        columns.append([figure_text(scale, one) for one in value])
        columns.append([interval_text(scale, *ends) for ends in zip(low, high, strict=True)])
    if WELFARE in shown:
        amounts = figures(shown, WELFARE)
        known = [one for one in amounts if math.isfinite(one)]
        size, unit = money_unit(known)
        places = decimals(one / size for one in known)
        heads.append(f"welfare, {unit}")
        columns.append([number(one / size, places) for one in amounts])
    if shown[REASON].notna().any():
        heads.append(REASON)
        words.append(len(columns))
        columns.append(_texts(shown[REASON]))
    more = len(results) - len(shown)
    note = f"The first {MOST_ROWS} of {len(results):,}: the others are in results.parquet."
    rows = tuple(zip(*columns, strict=True))
    return DisplayTable("Scenarios", tuple(heads), rows, tuple(words), note if more else "")


def _texts(column: Iterable[Any]) -> list[str]:
    return [NONE if pd.isna(one) else str(one) for one in column]


def made(results: pd.DataFrame, facts: StudyFacts) -> DisplayTable:
    """What the study varies, and how it was made."""
    lines = [("instance", facts.instance)] if facts.instance else []
    for name, told in facts.axes:
        values = results[name].drop_duplicates()
        lines.append((f"axis {name}", f"{told}: {_some(list(map(text_of, values)))}"))
    lines += [(f"parameter {name}", told) for name, told in facts.parameters]
    if facts.method is not None:
        lines.append(("sample", f"{facts.method}, seed {facts.seed}"))
    lines += facts.made
    return DisplayTable("Study", ("", ""), tuple(lines), words=(0, 1))


def _some(values: Sequence[str], most: int = 12) -> str:
    more = f" and {len(values) - most} more" if len(values) > most else ""
    return ", ".join(values[:most]) + more


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
