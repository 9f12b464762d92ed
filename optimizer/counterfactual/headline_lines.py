"""The sentences of a headline."""

from collections.abc import Callable, Iterator, Sequence

from optimizer.counterfactual.factors import Factors
from optimizer.counterfactual.headline_parts import (
    CLASS,
    UNCHANGED,
    YEAR,
    ZONE,
    Amounts,
    Difference,
    change_of,
)
from optimizer.counterfactual.measures import Measure
from optimizer.counterfactual.stress import StressHour
from optimizer.counterfactual.verdict import (
    CARRIES_NONE,
    ENERGY,
    GRID,
    NOT_USED,
    STRESS,
    UNDETERMINED,
    WORK,
    MeasureVerdict,
    Verdicts,
    interval_in_words,
    ratio,
)
from optimizer.io.number_text import Unit, decimals, energy_unit, number, percent, power_unit

D_OF = {WORK: "work D", ENERGY: "energy D", GRID: "grid D", STRESS: "stress D"}
"""Displacement of each measure, as sentences name it."""

LISTED = 4
"""Years, classes or zones that a sentence names at most; the parts hold all."""

EXACT = 5e-4
"""Displacements of work within this of 0 or 1 read as none or all of it."""

ALIKE = 0.005
"""Ratios of energy within this of 1 read as the same energy."""


def work_line(name: str, verdict: MeasureVerdict) -> str:
    """Of the tokens that the intervention carries, what the rest would have carried."""
    if verdict.displacement is None:
        return f"{capitalised(name)} carries no work."
    d = verdict.displacement
    if abs(d) <= EXACT:
        said = f"All of the work that {name} carries is new: the rest gives up none of its own"
    elif abs(d - 1) <= EXACT:
        said = f"{capitalised(name)} replaces all of the work it carries"
    elif 0 < d < 1:
        said = (
            f"{capitalised(name)} replaces {_percent(d)} of the work it carries; the other"
            f" {_percent(1 - d)} is new"
        )
    elif d > 1:
        said = (
            f"{capitalised(name)} replaces more work than it carries: the rest serves"
            f" {100 * d:.0f} tokens fewer for every 100 of its own"
        )
    else:
        said = (
            f"All of the work that {name} carries is new, and for every 100 of its tokens the"
            f" rest serves {-100 * d:.0f} more"
        )
    return f"{said} ({_judged(WORK, verdict)})."


def _percent(share: float) -> str:
    """Write a share of work; what is not all of it does not read as 100%, nor as 0%."""
    return percent(share, 0 if 0.5 <= 100 * share <= 99.5 else 1)


def load_lines(
    name: str,
    period: str,
    amounts: Amounts,
    verdicts: Verdicts,
    forced_by: Sequence[str],
    stress_hours: Sequence[StressHour],
) -> Iterator[str]:
    """Yield what load does: of all sites, on the grid, and at the grid's tightest hours."""
    energy = _moves(name, amounts.energy, energy_unit, ENERGY, verdicts.energy)
    yield f"{period}, site energy {energy}{_forced(forced_by)}."
    where = _tightest(stress_hours)
    draw = _moves(name, amounts.draw, energy_unit, GRID, verdicts.grid)
    if amounts.stress is None:
        yield f"Grid draw {draw}."
        return
    stress = _moves(name, amounts.stress, power_unit, STRESS, verdicts.stress)
    if draw == stress:
        yield f"Grid draw, also at the hours of grid stress{where}, {draw}."
        return
    yield f"Grid draw {draw}; at the hours of grid stress{where} it {stress}."


def _tightest(stress_hours: Sequence[StressHour]) -> str:
    """Name the limit and the year in which the grid is tightest, if a limit applies."""
    tight = next((hour for hour in stress_hours if hour.tightest and hour.limit), None)
    return "" if tight is None else f" ({tight.limit}, {tight.year})"


def _moves(
    name: str,
    measure: Measure,
    unit_of: Callable[[list[float]], Unit],
    key: str,
    verdict: MeasureVerdict,
) -> str:
    """Say by how much a quantity rises or falls, and its displacement."""
    change = change_of(measure)
    unit, largest = unit_of([change]), max(measure.rest_without, measure.intervention)
    text = f"{'rises' if change > 0 else 'falls'} by {unit.text(abs(change))} {unit.name}"
    if abs(change) <= UNCHANGED * largest:
        text = "does not change"
    if verdict.words == CARRIES_NONE:
        return f"{text} ({name} itself draws nothing)"
    return f"{text} ({_judged(key, verdict)})"


def _judged(measure: str, verdict: MeasureVerdict) -> str:
    """Displacement of a measure, its interval if that is wider than a point, and its words."""
    if verdict.displacement is None:
        return verdict.words
    low, high, at_plans = verdict.interval.low, verdict.interval.high, ratio(verdict.displacement)
    text = f"{D_OF[measure]} = {at_plans}"
    proven = ", proven" if verdict.proved else ""
    if low is None or high is None:
        return f"{text} at the plans found, {UNDETERMINED}: no interval"
    ends = interval_in_words(low, high)
    if verdict.words == UNDETERMINED:
        return f"{text} at the plans found, from {ends} at these builds: {UNDETERMINED}"
    between = "" if ends == at_plans else f", between {ends.replace(' to ', ' and ')}"
    return f"{text}{between}, {verdict.words}{proven}"


def factors_line(name: str, factors: Factors, displacement: float | None) -> str:
    """Why energy differs from work: the energy of a token on either side."""
    own, avoided, work = factors.intervention_mwh_per_gtok, factors.avoided_mwh_per_gtok, None
    work = factors.work
    if own is None or work is None or displacement is None:
        return ""
    places = decimals([own, avoided or 0.0])
    takes = f"{number(own, places)} MWh/Gtok"
    if avoided is None or factors.energy_ratio is None:
        return f"Energy per token: {takes} by {name}; the rest gives up no tokens to compare."
    per_token = f"{round(factors.energy_ratio, 2) + 0.0:.2f}"
    product = f"energy D = {ratio(work)} x {per_token} = {ratio(displacement)}"
    saved = f"{number(abs(avoided), places)}"
    if avoided <= 0 or work <= 0:
        moves = "falls" if avoided * work > 0 else "rises"
        does = "gives up" if work > 0 else "takes on"
        change = f"{moves} by {saved} MWh for each Gtok that it {does}"
        if round(avoided, places) == 0:
            change = "does not change"
        return f"Energy per token: {takes} by {name}; energy of the rest {change}, so {product}."
    times = own / avoided
    how = "the same energy" if abs(times - 1) <= ALIKE else f"{times:.3g} times the energy"
    return (
        f"{capitalised(name)} needs {how} per token: {takes}, against {saved} saved elsewhere for"
        f" each Gtok given up; {product}."
    )


def differs_lines(differs: Sequence[Difference]) -> Iterator[str]:
    """Yield a line each for the years, classes and zones that differ from the whole."""
    for kind, begin, place in (
        (YEAR, "By year", "in "),
        (CLASS, "By class", "for "),
        (ZONE, "By zone", ""),
    ):
        by_name: dict[str, list[Difference]] = {}
        for each in differs:
            if each.kind == kind:
                by_name.setdefault(each.name, []).append(each)
        named = [f"{place}{name} {_differ(by_name[name])}" for name in [*by_name][:LISTED]]
        if more := len(by_name) - len(named):
            named.append(f"and {more} more")
        if named:
            yield f"{begin} it differs: {'; '.join(named)}."


def _differ(differs: Sequence[Difference]) -> str:
    """Say how a year, class or zone differs; what reads like its energy is left out."""
    if any(each.words == NOT_USED for each in differs):
        return "it is not used"
    texts: list[str] = []
    energy = next((each for each in differs if each.measure == ENERGY), None)
    for each in differs:
        if each.measure in (GRID, STRESS) and energy is not None and _alike(each, energy):
            continue
        if each.change_mwh is not None:
            unit = energy_unit([each.change_mwh])
            texts.append(f"is {each.words} by {unit.text(abs(each.change_mwh))} {unit.name}")
        elif each.displacement is None:
            texts.append(f"{D_OF[each.measure]} is undefined ({each.words})")
        else:
            texts.append(f"{D_OF[each.measure]} is {ratio(each.displacement)} ({each.words})")
    return ", ".join(texts)


def _alike(one: Difference, other: Difference) -> bool:
    same = (one.words, ratio(one.displacement)) == (other.words, ratio(other.displacement))
    return same and one.change_mwh is None


def _forced(names: Sequence[str]) -> str:
    if not names:
        return ""
    # Ids of zones and areas contain no space; names of policies do.
    places = [name for name in names if " " not in name]
    parts = [f"the {name}" for name in names if " " in name]
    if places:
        parts.insert(0, f"the limit{'s' if len(places) > 1 else ''} in {', '.join(places)}")
    return f", forced by {' and '.join(parts)}"


def capitalised(name: str) -> str:
    """Return a name that begins a sentence."""
    return name[:1].upper() + name[1:]
