"""Where the grid is relieved and where it is loaded."""

from collections.abc import Callable, Sequence

from optimizer.counterfactual.results import Displacement, ZoneChange
from optimizer.counterfactual.worlds import WITH
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import decimals
from optimizer.report.tables.displacement import signed
from optimizer.report.tables.displacement_sentences import NEGLIGIBLE
from optimizer.report.tables.grid import MOST_ZONES
from optimizer.report.years import headings, sentences, shown_years, years_note

SAVED = "displacement.json"


def zone_changes(answer: Displacement) -> tuple[DisplayTable, ...]:
    """Change of each zone's draw, in energy and at the peak hour; nothing without plans."""
    if not answer.zones or answer.draw is None or answer.peak is None:
        return ()
    mwh = max(answer.draw.rest_without, 1.0) * NEGLIGIBLE
    mw = max(answer.peak.rest_without, 1.0) * NEGLIGIBLE
    return (
        _table(
            answer,
            "Draw on each zone, with it less without it: MWh a year",
            lambda one: one.mwh,
            mwh,
        ),
        _table(
            answer,
            "The same at the hour at which load is highest without it: MW",
            lambda one: one.mw,
            mw,
        ),
    )


def _table(
    answer: Displacement, title: str, of: Callable[[ZoneChange], float], dust: float
) -> DisplayTable:
    years = shown_years(answer.plans[WITH])
    changes: dict[str, dict[int, float]] = {}
    for one in answer.zones:
        amount = of(one)
        changes.setdefault(one.zone, {})[one.year] = 0.0 if abs(amount) <= dust else amount
    largest = {zone: max(map(abs, here.values())) for zone, here in changes.items()}
    kept = sorted(changes, key=lambda zone: -largest[zone])[:MOST_ZONES]
    places = decimals(largest.values())
    hidden = len(changes) - len(kept)
    return DisplayTable(
        title,
        ("zone", *headings(years), ""),
        tuple(
            (zone, *(signed(changes[zone][year], places) for year in years), _in_words(here))
            for zone, here in ((zone, tuple(changes[zone].values())) for zone in changes)
            if zone in kept
        ),
        words=(0, len(years) + 1),
        note=sentences(
            f"{hidden} zones that change less are in {SAVED}." if hidden else "",
            years_note(answer.plans[WITH], SAVED),
        ),
    )


def _in_words(changes: Sequence[float]) -> str:
    up, down = any(one > 0 for one in changes), any(one < 0 for one in changes)
    if up and down:
        return "relieved and loaded"
    return "loaded" if up else "relieved" if down else "unchanged"
