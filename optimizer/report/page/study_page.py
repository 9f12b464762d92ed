"""The page of a study: where the verdict flips, how often it holds, and what moves it."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from optimizer.errors import InputError
from optimizer.report.display_table import DisplayTable
from optimizer.report.page.charts.chart import Chart, charts
from optimizer.report.page.charts.drivers import sobol_bars, tornado_bars
from optimizer.report.page.charts.figure_along import figures_along
from optimizer.report.page.charts.sample import quantiles_of_d, share_bars
from optimizer.report.page.charts.verdict_map import verdict_panels
from optimizer.report.page.document import Section, document, write_page
from optimizer.report.page.html import Html, as_table, element, paragraphs, together
from optimizer.report.page.provenance_section import tables
from optimizer.report.tables.study import (
    counts_sentence,
    failures,
    made,
    scenarios,
    verdicts_sentence,
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
from optimizer.studies.facts import StudyFacts


def write_study_page(results: pd.DataFrame, facts: StudyFacts, folder: Path) -> Path:
    """Write the page of a study into its folder; its file."""
    return write_page(study_page(results, facts), folder)


def study_page(results: pd.DataFrame, facts: StudyFacts) -> str:
    """The page of a study, from its table of results.

    Parameters
    ----------
    results : DataFrame
        One row a scenario, of whatever is done so far; at least one.
    facts : StudyFacts

    Returns
    -------
    str
        HTML that fetches nothing.

    Raises
    ------
    InputError
        Where there is no scenario yet, or a column that the facts name is missing.
    """
    found, names = layout(results, facts), asked(results, facts)
    title = facts.title and f": {facts.title}"
    top = together(
        [
            element("h1", f"{facts.name}{title}"),
            element("p", facts.description, class_="about"),
            *(element("p", _lead(results, found, facts, name), class_="verdict") for name in names),
            paragraphs([counts_sentence(results, facts)]),
        ]
    )
    sections = [
        *(_answer(name, found, facts) for name in names),
        *(_drivers(name, results, found, facts) for name in names or [""]),
        Section("failed", "Without an answer", tables([failures(results, facts)])),
        Section("scenarios", "Scenarios", as_table(scenarios(results, facts))),
        Section("made", "How it was made", as_table(made(results, facts))),
    ]
    return document(f"{facts.name}: study", top, sections)


def _lead(results: pd.DataFrame, found: Layout, facts: StudyFacts, name: str) -> str:
    """The answer in a sentence: the share that most draws have, or how often each verdict holds."""
    if found.kind == SAMPLE and len(found.panels) == 1:
        sentence = shares_sentence(verdict_shares(results, name, sampled(results, facts)))
    else:
        sentence = verdicts_sentence(results, name)
    return sentence[:1].upper() + sentence[1:]


def _answer(name: str, found: Layout, facts: StudyFacts) -> Section:
    """Where the verdict flips, or how often each holds."""
    heading, show = {
        MAP: ("where the verdict flips", _map),
        LINE: ("along the axis", _line),
        SAMPLE: ("how often each verdict holds", _sample),
        DESIGN: ("how it is spread", _spread),
        SWINGS: ("case by case", _line),
    }[found.kind]
    note = paragraphs([found.note], class_="note")
    content = together([show(name, found, facts), note])
    return Section(f"answer-{name}", f"{name}: {heading}", content)


def _map(name: str, found: Layout, facts: StudyFacts) -> Html:
    x, y = found.across
    maps = [(one.words, verdict_map(one.rows, x, y, name)) for one in found.panels]
    told = [flips(each, words) for words, each in maps]
    return together([verdict_panels(maps), _folded(told)])


def _line(name: str, found: Layout, facts: StudyFacts) -> Html:
    (across,) = found.across
    shown = figures_along([(one.words, one.rows) for one in found.panels], across, name)
    if not is_numeric(found.panels[0].rows[across]):
        return shown
    lines = [(one.words, verdict_map(one.rows, across, None, name)) for one in found.panels]
    return together([shown, _folded([flips(each, words) for words, each in lines])])


def _sample(name: str, found: Layout, facts: StudyFacts) -> Html:
    parameters = sampled(found.panels[0].rows, facts)
    each = [(one.words, verdict_shares(one.rows, name, parameters)) for one in found.panels]
    bars = [share_bars(one, words) for words, one in each]
    told = [shares(one, facts.method, words) for words, one in each]
    return together([charts([*bars, *_quantiles(name, found)], "wide"), _folded(told)])


def _spread(name: str, found: Layout, facts: StudyFacts) -> Html:
    return charts(_quantiles(name, found), "wide")


def _quantiles(name: str, found: Layout) -> list[Chart]:
    drawn = (quantiles_of_d(one.rows, name, one.words) for one in found.panels)
    return [one for one in drawn if one is not None]


def _folded(some: list[DisplayTable]) -> Html:
    """A table in sight; several behind a line that opens them."""
    shown = tables(some)
    if len(some) == 1:
        return shown
    return element("details", element("summary", f"Tables of all {len(some)} panels"), shown)


def _drivers(name: str, results: pd.DataFrame, found: Layout, facts: StudyFacts) -> Section:
    """What moves the measure: of a sample, or of scenarios that move one axis at a time."""
    measure = measure_of(results, name)
    content = Html()
    if measure in results and found.kind in (SAMPLE, DESIGN, SWINGS):
        analyse = _indices if found.kind == DESIGN else _tornado
        parameters = sampled(results, facts)
        content = together(
            _drawn(one, lambda rows: analyse(rows, parameters, measure, facts.seed))
            for one in found.panels
        )
    return Section(f"drivers-{name}", f"What moves {name or 'welfare'}", content)


def _tornado(
    rows: pd.DataFrame, parameters: list[str], measure: str, seed: int
) -> tuple[Callable[[str], Chart], DisplayTable]:
    found = tornado(rows, parameters, measure, seed)
    return lambda words: tornado_bars(found, words), tornado_table(found)


def _indices(
    rows: pd.DataFrame, parameters: list[str], measure: str, seed: int
) -> tuple[Callable[[str], Chart], DisplayTable]:
    found = sobol_indices(rows, parameters, measure, seed)
    return lambda words: sobol_bars(found, words), sobol_table(found)


def _drawn(
    panel: Panel, analyse: Callable[[pd.DataFrame], tuple[Callable[[str], Chart], DisplayTable]]
) -> Html:
    """A chart and its table; where the analysis cannot be made, why."""
    try:
        chart, table = analyse(panel.rows)
    except InputError as error:
        said = "; ".join(str(one) for one in error.problems)
        return element("p", f"Not told{panel.words and f' ({panel.words})'}: {said}.")
    return together([charts([chart(panel.words)], "one"), as_table(table)])
