"""The page of an intervention: does it replace load, or add to it."""

from pathlib import Path

from optimizer.counterfactual.results import Displacement, InterventionResult
from optimizer.counterfactual.verdict import ENERGY, GRID, STRESS, WORK
from optimizer.counterfactual.worlds import WITH_INTERVENTION
from optimizer.report.numbers import interval_in_words, ratio
from optimizer.report.page.charts.displacement_bars import (
    cause_bars,
    change_bars,
    worlds_bars,
    zone_bars,
)
from optimizer.report.page.charts.figure_along import years_of_d
from optimizer.report.page.document import Section, document, write_page
from optimizer.report.page.html import Html, as_tables, element, paragraphs, together
from optimizer.report.page.provenance_section import about, assumptions, card, provenance, warnings
from optimizer.report.tables.displacement import (
    D,
    by_class,
    by_year,
    causes,
    change_table,
    measures,
    worlds,
)
from optimizer.report.tables.displacement_limits import binding_table
from optimizer.report.tables.displacement_sentences import (
    elasticity_sentence,
    mandates_sentence,
    models_sentence,
    proof_sentence,
    refill_sentences,
)

CARDS = {
    WORK: "work (tokens)",
    ENERGY: "site energy",
    GRID: "grid draw",
    STRESS: "grid stress",
}
"""Measures whose displacement is shown at the top."""


def write_displacement_page(answer: InterventionResult, folder: Path) -> Path:
    """Write the page of an intervention into the folder in which it is saved; return its file."""
    return write_page(displacement_page(answer), folder)


def displacement_page(answer: InterventionResult) -> str:
    """The page of an intervention; without plans it says why, and shows no result."""
    head = element("h1", answer.instance)
    if answer.plans:
        head = about(answer.plans[WITH_INTERVENTION].instance)
    text = [f(answer) for f in (proof_sentence, elasticity_sentence, models_sentence)]
    top = together(
        [
            head,
            *_headline(answer.headline.lines),
            _cards(answer) if isinstance(answer, Displacement) else Html(),
            paragraphs([*text, mandates_sentence(answer)]),
            warnings(answer.warnings),
        ]
    )
    plans = [(f"DIR/world-{name}", plan) for name, plan in answer.plans.items()]
    sections = [*(_results(answer) if answer.plans else []), provenance(plans)]
    return document(f"{answer.instance}: {answer.intervention}", top, sections)


def _headline(lines: tuple[str, ...]) -> list[Html]:
    """The first line in large type, and the others below it."""
    first, *others = lines
    below = (element("p", line, class_="headline") for line in others)
    return [element("p", first, class_="verdict"), *below]


def _results(answer: InterventionResult) -> list[Section]:
    if isinstance(answer, Displacement):
        sections = _displaced(answer)
    else:
        changed = [change_bars(answer), as_tables([change_table(answer)])]
        sections = [_amounts(changed)]
    return [
        *sections,
        Section("worlds", "Optimality of each world", as_tables([worlds(answer)])),
        assumptions(answer.plans[WITH_INTERVENTION].instance),
    ]


def _amounts(content: list[Html]) -> Section:
    return Section("measures", "Tokens, energy and peak load", together(content))


def _displaced(answer: Displacement) -> list[Section]:
    freed = paragraphs([refill_sentences(answer)])
    why = [cause_bars(answer), as_tables([causes(answer)])]
    years = [years_of_d(answer), as_tables([by_year(answer), binding_table(answer)])]
    return [
        _amounts([worlds_bars(answer), as_tables([measures(answer), by_class(answer)])]),
        Section("freed", "Load freed and refilled, by cause", together([freed, *why])),
        Section("years", "Displacement by year", together(years)),
        Section("zones", "Zones relieved and loaded", zone_bars(answer)),
    ]


def _cards(answer: Displacement) -> Html:
    """Displacement by each measure in large type, with its verdict and interval."""
    if answer.verdicts is None or answer.energy is None:
        return Html()
    cards = []
    for name, verdict in answer.verdicts.items():
        low, high = verdict.interval.low, verdict.interval.high
        known = low is not None and high is not None
        d, between = ratio(verdict.displacement), interval_in_words(low or 0.0, high or 0.0)
        ends = f"; {between} at these builds" if known and between != d else ""
        cards.append(card(f"displacement D, {CARDS[name]}", d, f"{verdict.words}{ends}"))
    meaning = element("p", D, class_="note")
    return together([element("dl", *cards, class_="cards"), meaning])
