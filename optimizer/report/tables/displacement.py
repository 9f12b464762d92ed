"""Tables of an intervention: what it displaces, by year, zone and cause, and how well known."""

from collections.abc import Callable
from typing import NamedTuple

from optimizer.counterfactual.attribution import Terms
from optimizer.counterfactual.measures import Measure
from optimizer.counterfactual.results import (
    Displacement,
    InterventionResult,
    ReboundResult,
)
from optimizer.counterfactual.worlds import MEANING, NAMES, WITH_INTERVENTION
from optimizer.formulation.demand_grid import TARGET
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import (
    NONE,
    Unit,
    energy_unit,
    interval_in_words,
    percent,
    power_unit,
    ratio,
    token_unit,
)
from optimizer.report.numbers import energy as energy_text
from optimizer.report.tables.displacement_sentences import NEGLIGIBLE
from optimizer.report.years import sentences

LEAST = 1e-4
"""Share of the rest below which the intervention does not decide the number of decimals."""

CAUSES = (
    ("standing: fixed load and idle power of what stands there", "standing"),
    ("substitution: work taken over, service as before", "substitution"),
    ("unlocked: work that nothing else can serve", "unlocked"),
    ("grid relief: work that grid limits held back", "grid_relief"),
    ("policy relief: work that policies held back", "policy_relief"),
    ("hardware relief: work that the rest lacks hardware for", "hardware_relief"),
    ("price response: price-induced demand", "price_response"),
    ("total change", "total"),
)
"""Each term of the attribution in words, and its attribute."""

PEAK = "peak"
SAVED = "displacement.json"
D = "D: load of the rest avoided per unit of the intervention; 1 replaces, 0 adds."


class Quantity(NamedTuple):
    """A measure of an intervention, its name, and the unit in which it is shown."""

    name: str
    measure: Measure
    unit: Unit

    @property
    def heading(self) -> str:
        """Name and unit."""
        return f"{self.name}, {self.unit.name}"


def quantities(answer: InterventionResult) -> tuple[Quantity, ...]:
    """Tokens, site energy, grid draw and stress if measured, and peak; empty without plans."""
    if answer.tokens is None or answer.energy is None or answer.peak is None:
        return ()
    draw = stress = None
    if isinstance(answer, Displacement):
        draw, stress = answer.draw, answer.stress
    return tuple(
        Quantity(name, measure, unit_of(_amounts(measure), fine=_fine(measure)))
        for name, measure, unit_of in (
            ("tokens", answer.tokens, token_unit),
            ("site energy", answer.energy, energy_unit),
            ("grid draw", draw, energy_unit),
            (PEAK, answer.peak, power_unit),
            ("stress", stress, power_unit),
        )
        if measure is not None
    )


def _amounts(measure: Measure) -> list[float]:
    return [measure.rest_without, measure.rest_with, measure.intervention]


def _fine(measure: Measure) -> list[float]:
    """Amounts that decide the decimals: the intervention's, so that differences can be read."""
    amounts = _amounts(measure)
    return amounts if amounts[2] < LEAST * max(amounts) else amounts[2:]


def measures(answer: Displacement) -> DisplayTable | None:
    """Tokens, energy and peak load side by side; None without plans."""
    columns = quantities(answer)
    if answer.peak is None or not columns:
        return None
    year, change = _change_of_peak(answer, answer.peak)
    rows: dict[str, list[str]] = {
        "rest, without it": [unit.text(m.rest_without) for _, m, unit in columns],
        "rest, with it": [unit.text(m.rest_with) for _, m, unit in columns],
        answer.intervention: [unit.text(m.intervention) for _, m, unit in columns],
        "displacement D": [ratio(m.displacement) for _, m, _ in columns],
        "additionality, 1 - D": [ratio(m.additionality) for _, m, _ in columns],
        "attributional share": [percent(m.share) for _, m, _ in columns],
        "change of peak": [change if each.name == PEAK else "" for each in columns],
    }
    return DisplayTable(
        f"{answer.instance}: {answer.description}, {_years(answer)}",
        ("", *(column.heading for column in columns)),
        tuple((what, *cells) for what, cells in rows.items()),
        note=sentences(
            f"{D} Peak load: of all sites at the hour of {year} with the highest load without it;"
            " the change of peak compares the highest hours of both worlds.",
            stress_sentence(answer),
            "The attributional share is what the intervention carries, not what it displaces.",
        ),
    )


def stress_sentence(answer: Displacement) -> str:
    """Say when the grid is under stress, in the year in which it is tightest; empty if unknown."""
    hour = next((hour for hour in answer.stress_hours if hour.tightest), None)
    if answer.stress is None or hour is None:
        return ""
    when = f"day {hour.day_of_year} of {hour.year} from {hour.hour}:00"
    hours = f"as tight for {hour.hours:,.0f} hours of the year"
    if hour.limit is None:
        return f"Stress: grid draw when it is highest without it, since nothing limits it ({when})."
    return (
        f"Stress: grid draw when {hour.limit}, the tightest limit, is closest to binding without it"
        f" ({when}; {hours})."
    )


def _years(answer: InterventionResult) -> str:
    """The years that the totals are over."""
    time = answer.plans[WITH_INTERVENTION].instance.time
    last = time.years[-1] + time.last_span_years - 1
    return f"{last:g}" if last == time.years[0] else f"totals for {time.years[0]} to {last:g}"


def _change_of_peak(answer: Displacement, peak: Measure) -> tuple[str, str]:
    """Year of the peak shown, and the change of that year's highest load."""
    for year in answer.by_year:
        if (year.peak.rest_without, year.peak.rest_with) == (peak.rest_without, peak.rest_with):
            change = year.change_of_maximum_mw
            if abs(change) <= NEGLIGIBLE * max(abs(peak.rest_without), 1.0):
                return str(year.year), "0"
            return str(year.year), power_unit([change]).signed(change)
    raise ValueError("the peak over all years is that of one of them")


def change_table(answer: InterventionResult) -> DisplayTable | None:
    """Tokens, energy and peak load without the change and with it; None without plans."""
    columns = quantities(answer)
    if not columns:
        return None
    rows = [
        ("without it", *(unit.text(measure.rest_without) for _, measure, unit in columns)),
        ("with it", *(unit.text(measure.rest_with) for _, measure, unit in columns)),
    ]
    rebound, note = answer.rebound if isinstance(answer, ReboundResult) else None, ""
    if rebound is not None:
        same = columns[0].unit.text(columns[0].measure.rest_without)
        frozen = columns[1].unit.text(rebound.energy_frozen_mwh)
        rows.append(("with it, fixed service", same, frozen, ""))
        note = (
            "Fixed service: serving exactly what is served without it. Infrastructure relative to"
            f" fixed service: peak load {_times(rebound.peak_ratio)}, overnight cost of all builds"
            f" {_times(rebound.capital_ratio)}."
        )
    return DisplayTable(
        f"{answer.instance}: {answer.description or answer.intervention}, {_years(answer)}",
        ("", *(column.heading for column in columns)),
        tuple(rows),
        note=note,
    )


def _times(value: float | None) -> str:
    return NONE if value is None else f"{value:.2f} times"


def by_year(answer: Displacement) -> DisplayTable | None:
    """Verdict, and displacement with its interval, of every year; None without plans."""
    if not answer.by_year:
        return None
    rows = []
    for year in answer.by_year:
        low, high = year.interval.low, year.interval.high
        rows.append(
            (
                str(year.year),
                year.verdict.words,
                ratio(year.energy.displacement),
                NONE if low is None or high is None else interval_in_words(low, high),
                ratio(year.tokens.displacement),
                ratio(year.draw.displacement),
                ratio(None if year.stress is None else year.stress.displacement),
                ratio(year.peak.displacement),
                ", ".join(year.verdict.forced_by),
            )
        )
    return DisplayTable(
        "Displacement D by year: 1 replaces load of the rest, 0 adds",
        (
            *("year", "verdict", "energy D", "its interval"),
            *("tokens D", "grid D", "stress D", "peak D", "forced by"),
        ),
        tuple(rows),
        words=(1, 8),
        note=_about_forced(answer),
    )


def by_class(answer: Displacement) -> DisplayTable | None:
    """Work of each class of requests; None if the instance has one class, or without plans."""
    if len(answer.by_class) < 2:
        return None
    groups = answer.by_class
    unit = token_unit(
        [amount for group in groups for amount in _amounts(group.tokens)],
        [group.tokens.intervention for group in groups],
    )
    rows = (
        (
            group.workload_class,
            group.words,
            ratio(group.tokens.displacement),
            unit.text(group.tokens.rest_without),
            unit.text(group.tokens.rest_with),
            unit.text(group.tokens.intervention),
        )
        for group in groups
    )
    return DisplayTable(
        f"Work by class of requests, all years: {unit.name}",
        ("class", "verdict", "tokens D", "rest, without it", "rest, with it", answer.intervention),
        tuple(rows),
        words=(0, 1),
    )


def _about_forced(answer: Displacement) -> str:
    if answer.lifted_limits is None:
        return "Forced by: not tested."
    return "Forced by: limits without which energy D of the year would be in another band."


def worlds(answer: InterventionResult) -> DisplayTable:
    """Status and gap of each world solved."""
    note = ""
    if answer.step_share is not None:
        note = (
            f"The demand steps at the margin hold {percent(answer.step_share)} of the tokens of"
            f" {answer.intervention} (target: at most {percent(TARGET, 0)}). Builds: the number of"
            " alternative builds that the interval covers."
        )
    rows = (
        (
            NAMES[name],
            MEANING[name],
            world.status,
            percent(None if world.gap is None else max(world.gap, 0.0), 3),
            NONE if world.builds is None else str(world.builds),
        )
        for name, world in answer.worlds.items()
    )
    columns = ("world", "", "status", "gap, % of cost", "builds")
    return DisplayTable("Worlds solved", columns, tuple(rows), words=(0, 1, 2), note=note)


def cause_unit(terms: Terms, unit_of: Callable[[list[float]], Unit]) -> Unit:
    """The unit of a table or chart of causes."""
    return unit_of([getattr(terms, name) for _, name in CAUSES])


def cause_texts(terms: Terms, unit: Unit, noise: float = 0.0) -> list[str]:
    """Each cause as a signed number; a star marks those below the noise."""
    amounts = {name: float(getattr(terms, name)) for _, name in CAUSES}
    negligible = NEGLIGIBLE * max(map(abs, amounts.values()))
    return [
        ("0" if abs(amount) <= negligible else unit.signed(amount))
        + (" *" if name != "total" and abs(amount) < noise else "")
        for name, amount in amounts.items()
    ]


def causes(answer: Displacement) -> DisplayTable | None:
    """Change of tokens, energy and peak load by cause; None if it was not attributed."""
    split = answer.attribution
    if split is None:
        return None
    tokens = cause_unit(split.tokens, token_unit)
    energy = cause_unit(split.energy, energy_unit)
    peak = cause_unit(split.peak, power_unit)
    energies = cause_texts(split.energy, energy, split.noise_mwh)
    columns = (cause_texts(split.tokens, tokens), energies, cause_texts(split.peak, peak))
    noise = f"* below the {energy_text(split.noise_mwh)} left open by the interval."
    return DisplayTable(
        f"Change of load by cause, with {answer.intervention} less without, all years",
        ("", f"tokens, {tokens.name}", f"site energy, {energy.name}", f"peak load, {peak.name}"),
        tuple((words, *cells) for (words, _), *cells in zip(CAUSES, *columns, strict=True)),
        note=sentences(
            noise if any(text.endswith("*") for text in energies) else "",
            "Standing and substitution lead to fixed service. Unlocked work and growth follow, each"
            " with the mean of what it adds before and after the other. The terms add up."
            f" Solved to a gap of {percent(split.gap, 3)} of cost.",
        ),
    )
