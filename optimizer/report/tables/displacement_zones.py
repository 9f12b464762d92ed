"""Tables of the change of load on each zone, with an intervention less without it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from optimizer.counterfactual.measures import Measure
from optimizer.counterfactual.results import Displacement
from optimizer.counterfactual.worlds import WITH_INTERVENTION
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import Unit, energy_unit, power_unit
from optimizer.report.tables.displacement import SAVED
from optimizer.report.tables.displacement_sentences import NEGLIGIBLE
from optimizer.report.tables.grid import MOST_ZONES
from optimizer.report.years import sentences, shown_years, years_note


@dataclass(frozen=True)
class ZoneFigures:
    """Changes of the load on each zone by year, numerical noise removed.

    `changes` holds the zones that change most, in the instance's order; `hidden` counts the rest.
    """

    title: str
    unit: Unit
    years: tuple[int, ...]
    changes: dict[str, dict[int, float]]
    hidden: int


def zone_figures(answer: Displacement) -> tuple[ZoneFigures, ...]:
    """Changes in energy and at the peak hour; empty without plans."""
    if not answer.zones or answer.draw is None or answer.peak is None:
        return ()
    title = "Change of load on each zone, with it less without it"
    peak = f"{title}, at the hour of highest load without it"
    return (
        _zones(answer, f"{title}, a year", "mwh", answer.draw, energy_unit),
        _zones(answer, peak, "mw", answer.peak, power_unit),
    )


def _zones(
    answer: Displacement,
    title: str,
    field: str,
    measure: Measure,
    unit_of: Callable[[list[float]], Unit],
) -> ZoneFigures:
    noise = max(measure.rest_without, 1.0) * NEGLIGIBLE
    changes: dict[str, dict[int, float]] = {}
    for change in answer.zones:
        amount = getattr(change, field)
        changes.setdefault(change.zone, {})[change.year] = 0.0 if abs(amount) <= noise else amount
    largest = {zone: max(map(abs, by_year.values())) for zone, by_year in changes.items()}
    kept = sorted(changes, key=lambda zone: -largest[zone])[:MOST_ZONES]
    return ZoneFigures(
        title,
        unit_of(list(largest.values())),
        shown_years(answer.plans[WITH_INTERVENTION]),
        {zone: changes[zone] for zone in changes if zone in kept},
        len(changes) - len(kept),
    )


def zone_table(answer: Displacement, figures: ZoneFigures) -> DisplayTable:
    """Changes of the load on each zone."""
    years, unit = figures.years, figures.unit
    return DisplayTable(
        f"{figures.title}: {unit.name}",
        ("zone", *map(str, years), ""),
        tuple(
            (zone, *(unit.signed(by_year[year]) for year in years), _direction([*by_year.values()]))
            for zone, by_year in figures.changes.items()
        ),
        words=(0, len(years) + 1),
        note=sentences(
            f"{figures.hidden} zones that change less are in {SAVED}." if figures.hidden else "",
            years_note(answer.plans[WITH_INTERVENTION], SAVED),
        ),
    )


def zone_changes(answer: Displacement) -> tuple[DisplayTable, ...]:
    """Both tables of the change of load on each zone; empty without plans."""
    return tuple(zone_table(answer, figures) for figures in zone_figures(answer))


def _direction(changes: Sequence[float]) -> str:
    up, down = any(change > 0 for change in changes), any(change < 0 for change in changes)
    if up and down:
        return "relieved and loaded"
    return "loaded" if up else "relieved" if down else "unchanged"
