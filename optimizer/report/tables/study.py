"""A study's end: how many scenarios have an answer, why others have none, and all in a table."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import NONE, decimals, money_unit, number, percent
from optimizer.report.tables.displacement_sentences import interval_in_words, ratio
from optimizer.report.tables.study_layout import WELFARE, asked
from optimizer.studies.analysis.outcomes import (
    ANSWERED,
    REASON,
    SCENARIO,
    STATUS,
    figures,
    text_of,
    verdicts,
)
from optimizer.studies.analysis.scale import REBOUND, Scale, scale_of
from optimizer.studies.facts import StudyFacts

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


def figure_text(scale: Scale, value: float | None) -> str:
    """A displacement or a rebound as text."""
    if value is None or not math.isfinite(value):
        return NONE
    return percent(round(value, 3) + 0.0, 0) if scale is REBOUND else ratio(value)


def interval_text(scale: Scale, low: float, high: float) -> str:
    """An interval of either; one number where both ends read alike."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return NONE
    if scale is REBOUND:
        return " to ".join(dict.fromkeys([figure_text(scale, low), figure_text(scale, high)]))
    return interval_in_words(low, high)


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
