"""A study in sentences and tables: how far it is, what its scenarios answer, what drives it."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd

from optimizer.errors import InputError
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import NONE, figure_text, interval_text, money_unit
from optimizer.report.tables.study_analysis import (
    drivers,
    drivers_table,
    figure_name,
    flips,
    shares,
    shares_sentence,
)
from optimizer.report.tables.study_layout import (
    DESIGN,
    LINE,
    MAP,
    SAMPLE,
    SWINGS,
    WELFARE,
    Panel,
    StudyLayout,
    asked,
    layout_of,
    measure_of,
    sampled,
    value_text,
)
from optimizer.studies.analysis.outcomes import (
    ANSWERED,
    REASON,
    SCENARIO,
    STATUS,
    figures,
    is_numeric,
    verdicts,
)
from optimizer.studies.analysis.scale import scale_of
from optimizer.studies.analysis.shares import verdict_shares
from optimizer.studies.analysis.verdict_map import verdict_map
from optimizer.studies.estimate import Estimate
from optimizer.studies.rows import Tally
from optimizer.studies.summary import StudySummary
from optimizer.studies.worker import SOLVED_ROW

MOST_ROWS = 200
MOST_REASONS = 3
MOST_VERDICTS = 3
"""Verdicts named in a sentence, beyond which the rest are counted together."""

MOST_PRINTED = 24
"""Scenarios that are printed one by one; more are counted."""

MOST_LEFT_OUT = 8
MOST_DRIVERS = 16
"""Parameters printed, those of largest effect."""

HOUR, MINUTE = 3600, 60


def estimate_sentence(expected: Estimate, jobs: int) -> str:
    """Say how long the remaining scenarios take, and the basis of the estimate."""
    if not expected.left:
        return "Every scenario has a result: nothing is left to run."
    least = "at least " if expected.at_least else "about "
    processes = f"{jobs} process{'es' if jobs > 1 else ''}"
    return (
        f"{expected.left:,} scenarios are left: {least}{duration(expected.seconds)} in {processes}"
        f" ({duration(expected.seconds_each)} each: {expected.basis})."
    )


def duration(seconds: float) -> str:
    """A time in words, no finer than it is known."""
    if seconds >= 1.5 * HOUR:
        return f"{seconds / HOUR:,.1f} h"
    if seconds >= 1.5 * MINUTE:
        return f"{seconds / MINUTE:,.0f} min"
    return f"{seconds:,.1f} s" if seconds < 10 else f"{seconds:,.0f} s"


def left_out_sentence(left_out: Mapping[str, str]) -> str:
    """Say which assumptions are not drawn, by reason; empty if all are."""
    if not left_out:
        return ""
    by_reason: dict[str, list[str]] = {}
    for path, reason in left_out.items():
        by_reason.setdefault(reason, []).append(path)
    parts = (f"{_first(paths, MOST_LEFT_OUT)} ({reason})" for reason, paths in by_reason.items())
    count = f"{len(left_out)} assumption{'s' if len(left_out) > 1 else ''}"
    return f"Not drawn, {count}: {'; '.join(parts)}."


def _first(names: Sequence[str], most: int) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def tally_sentence(name: str, tally: Tally) -> str:
    """Say how much of a study is done, how much of it failed, and what rows are shared."""
    text = f"{name}: {tally.done:,} of {tally.distinct:,} scenarios have a result"
    if shared := tally.scenarios - tally.distinct:
        text += f" ({shared:,} more make the same changes as one of these and share its result)"
    text += f"; {tally.failures:,} without an answer."
    return text if tally.complete else f"{text} Run the same command again to resume."


def counts_sentence(results: pd.DataFrame, facts: StudySummary) -> str:
    """Say how many scenarios there are, and how many have an answer."""
    done, planned = len(results), max(facts.scenarios, len(results))
    solved = int(results[STATUS].isin(ANSWERED).sum())
    early = int((results[STATUS] == ANSWERED[1]).sum())
    parts = [f"{solved:,} of {done:,} scenarios have a plan"]
    if early:
        parts.append(f"{early:,} of these stopped before reaching the gap")
    if done < planned:
        parts.append(f"{planned - done:,} of {planned:,} are still to be run")
    return "; ".join(parts) + "."


def verdicts_sentence(results: pd.DataFrame, intervention: str) -> str:
    """Say how often each verdict occurs, most often first, and how often there is none."""
    words = [*verdicts(results, intervention, scale_of(results, intervention))]
    known = [verdict for verdict in words if verdict is not None]
    if not known:
        return f"{intervention}: no scenario has an answer."
    often = sorted(dict.fromkeys(known), key=lambda verdict: -known.count(verdict))
    shown = often[:MOST_VERDICTS] if len(often) > MOST_VERDICTS + 1 else often
    counts = [f"{verdict} in {known.count(verdict):,}" for verdict in shown]
    if others := len(known) - sum(map(known.count, shown)):
        counts.append(f"other verdicts in {others:,}")
    none = len(words) - len(known)
    rest = f"; {none:,} more without an answer" if none else ""
    return f"{intervention}: of {len(known):,} scenarios with an answer, {', '.join(counts)}{rest}."


def lead_sentence(
    results: pd.DataFrame, layout: StudyLayout, facts: StudySummary, intervention: str
) -> str:
    """The answer on an intervention: the most frequent verdict of a sample, or how often each."""
    if layout.kind == SAMPLE and len(layout.panels) == 1:
        return shares_sentence(verdict_shares(results, intervention, sampled(results, facts)))
    return verdicts_sentence(results, intervention)


def answers(results: pd.DataFrame, facts: StudySummary) -> list[str]:
    """The answer on each intervention, after how many scenarios have one."""
    if results.empty:
        return []
    layout = layout_of(results, facts)
    solved = (results[STATUS] == SOLVED_ROW).all()
    counts = [] if solved else [counts_sentence(results, facts)]
    names = asked(results, facts)
    return counts + [lead_sentence(results, layout, facts, name) for name in names]


def failures(results: pd.DataFrame, facts: StudySummary) -> DisplayTable | None:
    """Scenarios without an answer by status, with the first reasons; None if all have one."""
    planned = results[STATUS].isin(ANSWERED)
    rows = _failed(results[~planned], "the plan", STATUS, REASON)
    for name in asked(results, facts):
        rows += _failed(results[planned], name, f"{name}_{STATUS}", f"{name}_{REASON}")
    if not rows:
        return None
    return DisplayTable(
        "Without an answer: counted in no verdict",
        ("of", "status", "scenarios", "first reasons"),
        tuple(rows),
        words=(0, 1, 3),
    )


def _failed(results: pd.DataFrame, of: str, status: str, reason: str) -> list[tuple[str, ...]]:
    """Rows of scenarios whose status is not one of an answer."""
    failed = results[~results[status].isin(ANSWERED)]
    rows: list[tuple[str, ...]] = []
    for ended, group in failed.groupby(failed[status].fillna("no status")):
        texts = []
        if reason in group:
            first = group.dropna(subset=[reason]).drop_duplicates(reason).head(MOST_REASONS)
            pairs = first[[SCENARIO, reason]].itertuples(index=False)
            texts = [f"{name}: {why}" for name, why in pairs]
        rows.append((of, str(ended), f"{len(group):,}", "; ".join(texts) or NONE))
    return rows


def scenarios(results: pd.DataFrame, facts: StudySummary) -> DisplayTable:
    """Each scenario with its answer, up to a number of rows."""
    shown = results.head(MOST_ROWS)
    words = {"scenario": _texts(shown[SCENARIO]), STATUS: _texts(shown[STATUS])}
    columns: dict[str, list[str]] = dict(words)
    for name in asked(results, facts):
        scale = scale_of(results, name)
        value, low, high = (
            figures(shown, f"{name}_{suffix}") for suffix in (scale.measure, scale.low, scale.high)
        )
        verdict = f"{name}: verdict"
        words[verdict] = columns[verdict] = [text or NONE for text in verdicts(shown, name, scale)]
        columns[f"{figure_name(scale)} of {name}"] = [figure_text(scale, v) for v in value]
        columns[f"interval of {name}"] = [
            interval_text(scale, *ends) for ends in zip(low, high, strict=True)
        ]
    if WELFARE in shown:
        amounts = figures(shown, WELFARE)
        unit = money_unit(amount for amount in amounts if math.isfinite(amount))
        columns[f"welfare, {unit.name}"] = [unit.text(amount) for amount in amounts]
    if shown[REASON].notna().any():
        words[REASON] = columns[REASON] = _texts(shown[REASON])
    note = f"The first {MOST_ROWS} of {len(results):,}; the others are in results.parquet."
    return DisplayTable(
        "Scenarios",
        tuple(columns),
        tuple(zip(*columns.values(), strict=True)),
        tuple(position for position, name in enumerate(columns) if name in words),
        note if len(results) > len(shown) else "",
    )


def _texts(column: Iterable[Any]) -> list[str]:
    return [NONE if pd.isna(value) else str(value) for value in column]


def provenance(results: pd.DataFrame, facts: StudySummary) -> DisplayTable:
    """What the study varies, and how it was made."""
    lines = [("instance", facts.instance)] if facts.instance else []
    for name, changes in facts.axes:
        values = [value_text(value) for value in results[name].drop_duplicates()]
        lines.append((f"axis {name}", f"{changes}: {_first(values, 12)}"))
    lines += [(f"parameter {name}", changes) for name, changes in facts.parameters]
    if facts.method is not None:
        lines.append(("sample", f"{facts.method}, seed {facts.seed}"))
    lines += facts.made
    return DisplayTable("Study", ("", ""), tuple(lines), words=(0, 1))


def study_tables(results: pd.DataFrame, facts: StudySummary) -> list[DisplayTable]:
    """Tables to be printed: failures, the scenarios if they are few, and the analyses."""
    if results.empty:
        return []
    layout, names = layout_of(results, facts), asked(results, facts)
    failed = failures(results, facts)
    tables = [] if failed is None else [failed]
    if len(results) <= MOST_PRINTED:
        tables.append(scenarios(results, facts))
    for name in names:
        tables += _of_panels(layout, partial(_answer, name, layout, facts))
    for name in names or [""]:
        measure = measure_of(results, name)
        if measure in results and layout.kind in (SAMPLE, DESIGN, SWINGS):
            parameters = sampled(results, facts)
            tables += _of_panels(layout, partial(_drivers, measure, layout, parameters, facts))
    return tables


def _of_panels(
    layout: StudyLayout, make: Callable[[Panel], DisplayTable | None]
) -> list[DisplayTable]:
    """A table of each panel; if one cannot be made, the reason."""
    tables = []
    for panel in layout.panels:
        try:
            table = make(panel)
        except InputError as error:
            table = DisplayTable("Not available", note=f"{'; '.join(map(str, error.problems))}.")
        if table is not None:
            tables.append(table)
    return tables


def _answer(
    name: str, layout: StudyLayout, facts: StudySummary, panel: Panel
) -> DisplayTable | None:
    """Flips of the verdict, if any, or how often each occurs."""
    if layout.kind == SAMPLE:
        parameters = sampled(panel.rows, facts)
        return shares(verdict_shares(panel.rows, name, parameters), facts.method, panel.words)
    x, y = (*layout.across, None, None)[:2]
    if layout.kind not in (MAP, LINE) or x is None or not is_numeric(panel.rows[x]):
        return None
    table = flips(verdict_map(panel.rows, x, y, name), panel.words)
    return table if table.rows else None


def _drivers(
    measure: str, layout: StudyLayout, parameters: list[str], facts: StudySummary, panel: Panel
) -> DisplayTable:
    """What moves a measure, up to a number of rows."""
    table = drivers_table(drivers(layout.kind, panel, measure, parameters, facts))
    more = len(table.rows) - MOST_DRIVERS
    if more > 0:
        note = f"{more} of smaller effect are on the page only. {table.note}"
        table = replace(table, rows=table.rows[:MOST_DRIVERS], note=note)
    return replace(table, title=f"{table.title}, {panel.words}") if panel.words else table
