"""The page of a study: where the verdict flips, how often it holds, and what drives it."""

from pathlib import Path

import pandas as pd

from optimizer.errors import InputError
from optimizer.report.display_table import DisplayTable
from optimizer.report.page.charts.chart import Chart, charts
from optimizer.report.page.charts.drivers import drivers_chart
from optimizer.report.page.charts.figure_along import figures_along
from optimizer.report.page.charts.sample import quantiles, share_bars
from optimizer.report.page.charts.verdict_map import verdict_maps
from optimizer.report.page.document import Section, document, write_page
from optimizer.report.page.html import Html, as_table, as_tables, element, paragraphs, together
from optimizer.report.tables.study import (
    counts_sentence,
    failures,
    lead_sentence,
    provenance,
    scenarios,
)
from optimizer.report.tables.study_analysis import drivers, drivers_table, flips, shares
from optimizer.report.tables.study_layout import (
    DESIGN,
    LINE,
    MAP,
    SAMPLE,
    SWINGS,
    StudyLayout,
    asked,
    layout_of,
    measure_of,
    sampled,
)
from optimizer.studies.analysis.outcomes import is_numeric
from optimizer.studies.analysis.shares import verdict_shares
from optimizer.studies.analysis.verdict_map import verdict_map
from optimizer.studies.summary import StudySummary


def write_study_page(results: pd.DataFrame, facts: StudySummary, folder: Path) -> Path:
    """Write the page of a study into its folder; return its file."""
    return write_page(study_page(results, facts), folder)


def study_page(results: pd.DataFrame, facts: StudySummary) -> str:
    """The page of a study, from its table of results.

    Parameters
    ----------
    results : DataFrame
        One row a scenario, of those done so far; at least one.
    facts : StudySummary

    Returns
    -------
    str
        HTML that fetches nothing.

    Raises
    ------
    InputError
        If there is no scenario yet, or a column that the facts name is missing.
    """
    layout, names = layout_of(results, facts), asked(results, facts)
    leads = (lead_sentence(results, layout, facts, name) for name in names)
    top = together(
        [
            element("h1", f"{facts.name}{facts.title and f': {facts.title}'}"),
            element("p", facts.description, class_="about"),
            paragraphs((lead[:1].upper() + lead[1:] for lead in leads), class_="verdict"),
            paragraphs([counts_sentence(results, facts)]),
        ]
    )
    sections = [
        *(_answer(name, layout, facts) for name in names),
        *(_drivers(name, results, layout, facts) for name in names or [""]),
        Section("failed", "Scenarios without an answer", as_tables([failures(results, facts)])),
        Section("scenarios", "Scenarios", as_table(scenarios(results, facts))),
        Section("provenance", "Provenance", as_table(provenance(results, facts))),
    ]
    return document(f"{facts.name}: study", top, sections)


def _answer(name: str, layout: StudyLayout, facts: StudySummary) -> Section:
    """Where the verdict flips, or how often each occurs."""
    heading, show = {
        MAP: ("verdict map and flips", _map),
        LINE: ("along the axis", _line),
        SAMPLE: ("frequency of each verdict", _sample),
        DESIGN: ("distribution over draws", _spread),
        SWINGS: ("case by case", _line),
    }[layout.kind]
    note = paragraphs([layout.note], class_="note")
    content = together([show(name, layout, facts), note])
    return Section(f"answer-{name}", f"{name}: {heading}", content)


def _map(name: str, layout: StudyLayout, facts: StudySummary) -> Html:
    x, y = layout.across
    maps = [verdict_map(panel.rows, x, y, name) for panel in layout.panels]
    tables = [
        flips(verdicts, panel.words) for panel, verdicts in zip(layout.panels, maps, strict=True)
    ]
    return together([verdict_maps(layout.panels, maps), _folded(tables)])


def _line(name: str, layout: StudyLayout, facts: StudySummary) -> Html:
    (across,) = layout.across
    drawn = figures_along(layout.panels, across, name)
    if not is_numeric(layout.panels[0].rows[across]):
        return drawn
    tables = [
        flips(verdict_map(panel.rows, across, None, name), panel.words) for panel in layout.panels
    ]
    return together([drawn, _folded(tables)])


def _sample(name: str, layout: StudyLayout, facts: StudySummary) -> Html:
    parameters = sampled(layout.panels[0].rows, facts)
    shares_of = [(panel, verdict_shares(panel.rows, name, parameters)) for panel in layout.panels]
    drawn = [share_bars(of_panel, panel) for panel, of_panel in shares_of]
    tables = [shares(of_panel, facts.method, panel.words) for panel, of_panel in shares_of]
    return together([charts([*drawn, *_quantiles(name, layout)], "wide"), _folded(tables)])


def _spread(name: str, layout: StudyLayout, facts: StudySummary) -> Html:
    return charts(_quantiles(name, layout), "wide")


def _quantiles(name: str, layout: StudyLayout) -> list[Chart]:
    drawn = (quantiles(panel, name) for panel in layout.panels)
    return [chart for chart in drawn if chart is not None]


def _folded(tables: list[DisplayTable]) -> Html:
    """A single table in sight; several behind a line that opens them."""
    shown = as_tables(tables)
    if len(tables) == 1:
        return shown
    return element("details", element("summary", f"Tables of all {len(tables)} panels"), shown)


def _drivers(name: str, results: pd.DataFrame, layout: StudyLayout, facts: StudySummary) -> Section:
    """What moves the measure, for each panel of a sample or of one-at-a-time cases."""
    measure, parts = measure_of(results, name), []
    if measure in results and layout.kind in (SAMPLE, DESIGN, SWINGS):
        parameters = sampled(results, facts)
        for panel in layout.panels:
            try:
                effects = drivers(layout.kind, panel, measure, parameters, facts)
            except InputError as error:
                reasons = "; ".join(map(str, error.problems))
                slice_ = panel.words and f" ({panel.words})"
                parts.append(element("p", f"Not available{slice_}: {reasons}."))
            else:
                drawn = charts([drivers_chart(effects, panel)], "one")
                parts += [drawn, as_table(drivers_table(effects))]
    return Section(f"drivers-{name}", f"Drivers of {name or 'welfare'}", together(parts))
