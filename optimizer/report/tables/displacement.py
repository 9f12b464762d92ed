"""Tables of a comparison: what the intervention displaced, by year, and how it is known."""

from optimizer.counterfactual.demand_grid import TARGET
from optimizer.counterfactual.measures import Measure
from optimizer.counterfactual.results import Displacement
from optimizer.counterfactual.worlds import MEANING, WITH
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import NONE, decimals, number, percent, token_unit
from optimizer.report.tables.displacement_sentences import NEGLIGIBLE, interval_in_words, ratio

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
    time = answer.plans[WITH].instance.time
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


def worlds(answer: Displacement) -> DisplayTable:
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
                name,
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
