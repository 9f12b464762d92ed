"""The page of a comparison: does the intervention replace load, or add to it."""

from pathlib import Path

from optimizer.counterfactual.results import Displacement, InterventionResult
from optimizer.counterfactual.worlds import WITH_INTERVENTION
from optimizer.report.numbers import interval_in_words
from optimizer.report.page.charts.displacement_bars import (
    cause_bars,
    change_bars,
    worlds_bars,
    zone_bars,
)
from optimizer.report.page.charts.figure_along import years_of_d
from optimizer.report.page.document import Section, document, write_page
from optimizer.report.page.html import Html, element, paragraphs, together
from optimizer.report.page.provenance_section import about, assumptions, how, tables, warnings
from optimizer.report.tables.displacement import by_year, causes, measures, worlds
from optimizer.report.tables.displacement_sentences import (
    change_sentence,
    change_table,
    elasticity_sentence,
    mandates_sentence,
    models_sentence,
    proof_sentence,
    refill_sentences,
    verdict_sentence,
)

CARDS = ("site energy", "tokens", "peak")
"""Measures whose displacement stands at the top, by how their heading begins."""


def write_displacement_page(answer: InterventionResult, folder: Path) -> Path:
    """Write the page of a comparison into the folder that it is saved in; its file."""
    return write_page(displacement_page(answer), folder)


def displacement_page(answer: InterventionResult) -> str:
    """The page of a comparison; without plans it says so, and gives no figure of a result."""
    top = together(
        [
            about(answer.plans[WITH_INTERVENTION].instance)
            if answer.plans
            else element("h1", answer.instance),
            element("p", change_sentence(answer) or verdict_sentence(answer), class_="verdict"),
            _cards(answer) if isinstance(answer, Displacement) else Html(),
            paragraphs(
                [proof_sentence(answer), elasticity_sentence(answer), models_sentence(answer)]
            ),
            paragraphs([mandates_sentence(answer)]),
            warnings(answer.warnings),
        ]
    )
    plans = [(f"DIR/world-{name}", plan) for name, plan in answer.plans.items()]
    sections = [
        *(_results(answer) if answer.plans else []),
        Section("made", "How it was made, and how to check it", how(plans)),
    ]
    return document(f"{answer.instance}: {answer.intervention}", top, sections)


def _results(answer: InterventionResult) -> list[Section]:
    changed = [change_bars(answer), tables([change_table(answer)])]
    return [
        *(
            _displaced(answer)
            if isinstance(answer, Displacement)
            else [Section("measures", "Tokens, energy and megawatts", together(changed))]
        ),
        Section("worlds", "How well it is known", tables([worlds(answer)])),
        Section(
            "assumptions", "What it rests on", assumptions(answer.plans[WITH_INTERVENTION].instance)
        ),
    ]


def _displaced(answer: Displacement) -> list[Section]:
    return [
        Section(
            "measures",
            "Tokens, energy and megawatts",
            together([worlds_bars(answer), tables([measures(answer)])]),
        ),
        Section(
            "freed",
            "Where the freed megawatts went",
            together(
                [
                    paragraphs([refill_sentences(answer)]),
                    cause_bars(answer),
                    tables([causes(answer)]),
                ]
            ),
        ),
        Section("years", "By year", together([years_of_d(answer), tables([by_year(answer)])])),
        Section("zones", "Zones relieved and loaded", zone_bars(answer)),
    ]


def _cards(answer: Displacement) -> Html:
    """Displacement of each measure, large; of energy with its interval."""
    table = measures(answer)
    if table is None:
        return Html()
    row = next(row for row in table.rows if row[0] == "displacement")
    cards = []
    for start in CARDS:
        position = next(i for i, name in enumerate(table.columns) if name.startswith(start))
        low, high = answer.interval.low, answer.interval.high
        told = "1: all of it replaces load elsewhere; 0: all of it comes on top"
        if start == CARDS[0] and low is not None and high is not None:
            told = f"interval at these builds: {interval_in_words(low, high)}"
        elif start == CARDS[0]:
            told = "interval: not known"
        name = table.columns[position].rsplit(", ", 1)[0]
        cards.append(
            element(
                "div",
                element("dt", f"displacement, {name}"),
                element("dd", row[position], class_="figure"),
                element("dd", told, class_="told"),
            )
        )
    return element("dl", *cards, class_="cards")
