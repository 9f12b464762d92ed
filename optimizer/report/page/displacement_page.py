"""The page of a comparison: does the intervention replace load, or add to it."""

from pathlib import Path

from optimizer.counterfactual.results import Displacement
from optimizer.counterfactual.worlds import WITH
from optimizer.report.display_table import DisplayTable
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


def write_displacement_page(answer: Displacement, folder: Path) -> Path:
    """Write the page of a comparison into the folder that it is saved in; its file."""
    return write_page(displacement_page(answer), folder)


def displacement_page(answer: Displacement) -> str:
    """The page of a comparison; without plans it says so, and gives no figure of a result."""
    changed, table = change_sentence(answer), measures(answer)
    top = together(
        [
            about(answer.plans[WITH].instance) if answer.plans else element("h1", answer.instance),
            element("p", changed or verdict_sentence(answer), class_="verdict"),
            Html() if table is None or changed else _cards(answer, table),
            paragraphs(
                [proof_sentence(answer), elasticity_sentence(answer), models_sentence(answer)]
            ),
            paragraphs([mandates_sentence(answer)] if answer.mandates_dropped else []),
            warnings(answer.warnings),
        ]
    )
    plans = [(f"DIR/world-{name}", plan) for name, plan in answer.plans.items()]
    sections = [
        *(_results(answer) if answer.plans else []),
        Section("made", "How it was made, and how to check it", how(plans)),
    ]
    return document(f"{answer.instance}: {answer.intervention}", top, sections)


def _results(answer: Displacement) -> list[Section]:
    changed = bool(change_sentence(answer))
    amounts = change_table(answer) if changed else measures(answer)
    return [
        Section(
            "measures",
            "Tokens, energy and megawatts",
            together([change_bars(answer) if changed else worlds_bars(answer), tables([amounts])]),
        ),
        Section(
            "freed",
            "Where the freed megawatts went",
            together(
                [
                    paragraphs([] if changed else [refill_sentences(answer)]),
                    cause_bars(answer),
                    tables([causes(answer)]),
                ]
            ),
        ),
        Section("years", "By year", together([years_of_d(answer), tables([by_year(answer)])])),
        Section("zones", "Zones relieved and loaded", zone_bars(answer)),
        Section("worlds", "How well it is known", tables([worlds(answer)])),
        Section("assumptions", "What it rests on", assumptions(answer.plans[WITH].instance)),
    ]


def _cards(answer: Displacement, table: DisplayTable) -> Html:
    """Displacement of each measure, large; of energy with its interval."""
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
