"""Tables of a comparison: what the intervention displaced, by year, and how it is known."""

from collections.abc import Callable, Sequence

from optimizer.counterfactual.attribution import Terms
from optimizer.counterfactual.demand_grid import TARGET
from optimizer.counterfactual.measures import Measure
from optimizer.counterfactual.results import Displacement, InterventionResult, ZoneChange
from optimizer.counterfactual.worlds import MEANING, NAMES, WITH_INTERVENTION
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import (
    NONE,
    decimals,
    interval_in_words,
    number,
    percent,
    ratio,
    token_unit,
)
from optimizer.report.tables.displacement_sentences import NEGLIGIBLE
from optimizer.report.tables.grid import MOST_ZONES
from optimizer.report.years import headings, sentences, shown_years, years_note

LEAST = 1e-4
"""Share of the rest below which the intervention does not decide how many decimals are shown."""


def measures(answer: Displacement) -> DisplayTable | None:
    """Tokens, energy and load at the peak side by side; nothing without plans."""
    if answer.tokens is None or answer.energy is None or answer.draw is None or answer.peak is None:
        return None
    size, unit = token_unit([answer.tokens.rest_without, answer.tokens.rest_with])
    columns = [(answer.tokens, size), (answer.energy, 1.0), (answer.draw, 1.0), (answer.peak, 1.0)]
    rows = {
        "rest, without it": [_amounts(*column)[0] for column in columns],
        "rest, with it": [_amounts(*column)[1] for column in columns],
        answer.intervention: [_amounts(*column)[2] for column in columns],
        "displacement": [ratio(measure.displacement) for measure, _ in columns],
        "additionality": [ratio(measure.additionality) for measure, _ in columns],
        "share of the whole (attributional)": [percent(measure.share) for measure, _ in columns],
    }
    year, change = _of_the_peak(answer, answer.peak)
    rows["change of the maximum"] = ["", "", "", change]
    return DisplayTable(
        f"{answer.instance}: {answer.description}, {_years(answer)}",
        ("", f"tokens, {unit}", "site energy, MWh", "grid draw, MWh", "peak, MW"),
        tuple((what, *cells) for what, cells in rows.items()),
        note=f"Peak: load of all sites at the hour of {year} at which it is highest without it;"
        " the change of the maximum is that of the highest hour of either world."
        " The attributional share is what it carries, not what it displaces.",
    )


def _years(answer: Displacement) -> str:
    """The years that the sums are over."""
    time = answer.plans[WITH_INTERVENTION].instance.time
    last = time.years[-1] + time.last_span_years - 1
    if last == time.years[0]:
        return f"{last:g}"
    return f"sums over {time.years[0]} to {last:g}"


def _amounts(measure: Measure, size: float) -> tuple[str, str, str]:
    """The rest in both worlds and the intervention, so that their differences can be read."""
    amounts = [measure.rest_without / size, measure.rest_with / size, measure.intervention / size]
    small = amounts[2] < LEAST * max(amounts)
    places = decimals(amounts if small else amounts[2:])
    without, with_it, new = (number(amount, places) for amount in amounts)
    return without, with_it, new


def _of_the_peak(answer: Displacement, peak: Measure) -> tuple[str, str]:
    """Year of the peak shown, and how the highest load of that year changes."""
    for one in answer.by_year:
        if one.peak.rest_without == peak.rest_without and one.peak.rest_with == peak.rest_with:
            return str(one.year), change(one.change_of_maximum_mw, peak.rest_without)
    raise ValueError("the peak over all years is that of one of them")


def change(amount: float, of: float) -> str:
    """A change with its sign; 0 where it is the solver's dust of the load that it changes."""
    if abs(amount) <= NEGLIGIBLE * max(abs(of), 1.0):
        return "0"
    return signed(amount, decimals([amount]))


def signed(amount: float, places: int) -> str:
    """An amount with its sign."""
    text = number(amount, places)
    return f"+{text}" if amount > 0 and text[0].isdigit() else text


def by_year(answer: Displacement) -> DisplayTable | None:
    """Verdict, and displacement with its interval, of every year."""
    if not answer.by_year:
        return None
    rows = []
    for one in answer.by_year:
        low, high = one.interval.low, one.interval.high
        rows.append(
            (
                str(one.year),
                one.verdict.words,
                ratio(one.energy.displacement),
                NONE if low is None or high is None else interval_in_words(low, high),
                ratio(one.tokens.displacement),
                ratio(one.peak.displacement),
                ", ".join(one.verdict.forced_by),
            )
        )
    return DisplayTable(
        "By year: displacement D",
        ("year", "verdict", "energy D", "interval of it", "tokens D", "peak D", "forced by"),
        tuple(rows),
        words=(1, 6),
        note="Forced by: limits that bind with it and without it.",
    )


def worlds(answer: InterventionResult) -> DisplayTable:
    """How well each world is known."""
    note = ""
    if answer.step_share is not None:
        note = (
            f"Demand steps in which a world ends hold {percent(answer.step_share)} of the tokens of"
            f" {answer.intervention} (at most {percent(TARGET, 0)} is aimed at).  Builds: how many"
            " the interval is united over."
        )
    return DisplayTable(
        "Worlds",
        ("world", "", "status", "gap to bound, % of cost", "builds"),
        tuple(
            (
                NAMES[name],
                MEANING[name],
                world.status,
                percent(None if world.gap is None else max(world.gap, 0.0), 3),
                NONE if world.builds is None else str(world.builds),
            )
            for name, world in answer.worlds.items()
        ),
        words=(0, 1, 2),
        note=note,
    )


CAUSES = (
    ("substitution: it takes over work of the rest", "substitution"),
    ("unlocked: work that nothing else can serve", "unlocked"),
    ("grid relief: work that limits held back", "grid_relief"),
    ("price response: more is asked for", "price_response"),
    ("change in all", "total"),
)
"""What each term of the split is, in words, and its attribute."""


def causes(answer: Displacement) -> DisplayTable | None:
    """Change of tokens, energy and load at the peak by cause; nothing where it is not split."""
    split = answer.attribution
    if split is None:
        return None
    size, unit = token_unit([split.tokens.total, split.tokens.substitution, split.tokens.unlocked])
    columns = [(split.tokens, size), (split.energy, 1.0), (split.peak, 1.0)]
    places = [decimals([abs(part) / by for part in _parts(terms)]) for terms, by in columns]
    rows = []
    for words, name in CAUSES:
        cells = [
            _signed(getattr(terms, name) / by, digits, max(map(abs, _parts(terms))) / by)
            for (terms, by), digits in zip(columns, places, strict=True)
        ]
        if name != "total" and abs(getattr(split.energy, name)) < split.noise_mwh:
            cells[1] += " *"
        rows.append((words, *cells))
    noise = f"* below the {number(split.noise_mwh, 0)} MWh that the interval leaves open."
    marked = any(row[2].endswith("*") for row in rows)
    return DisplayTable(
        f"Why load changes with {answer.intervention}: with it less without it, over all years",
        ("", f"tokens, {unit}", "site energy, MWh", "peak, MW"),
        tuple(rows),
        note=" ".join(
            [
                *([noise] if marked else []),
                "Shapley values: the mean over all orders in which the causes are let in; they add"
                f" up.  Programs behind them to a gap of {percent(split.gap, 3)} of cost.",
            ]
        ),
    )


def _signed(amount: float, places: int, largest: float) -> str:
    return "0" if abs(amount) <= NEGLIGIBLE * largest else signed(amount, places)


def _parts(terms: Terms) -> list[float]:
    return [getattr(terms, name) for _, name in CAUSES]


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
    years = shown_years(answer.plans[WITH_INTERVENTION])
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
            years_note(answer.plans[WITH_INTERVENTION], SAVED),
        ),
    )


def _in_words(changes: Sequence[float]) -> str:
    up, down = any(one > 0 for one in changes), any(one < 0 for one in changes)
    if up and down:
        return "relieved and loaded"
    return "loaded" if up else "relieved" if down else "unchanged"
