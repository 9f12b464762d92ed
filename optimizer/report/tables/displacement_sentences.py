"""The verdict on an intervention, and what it frees, saves or serves, in sentences."""

from optimizer.counterfactual.elasticity import ElasticityPoint
from optimizer.counterfactual.measures import Refill
from optimizer.counterfactual.rebound import BACKFIRES, GridReturn, Rebound
from optimizer.counterfactual.results import (
    Displacement,
    GridReturnResult,
    InterventionResult,
    ReboundResult,
)
from optimizer.counterfactual.verdict import BANDS, NOT_USED, UNDETERMINED, band
from optimizer.counterfactual.worlds import WITH_INTERVENTION, title
from optimizer.report.numbers import (
    decimals,
    interval_in_words,
    number,
    percent,
    ratio,
    rebound_text,
)
from optimizer.units import HOURS_PER_YEAR

NEGLIGIBLE = 1e-6
"""Share of the rest's load below which a change is numerical noise."""

NO_PLAN = {
    "infeasible": "infeasible",
    "time_limit": "the time limit came first",
    "interrupted": "interrupted",
}
AT_BUILDS = "for any near-optimal dispatch of these builds"


def verdict_sentence(answer: InterventionResult) -> str:
    """State the verdict in one sentence, with displacement and its interval."""
    name = _capitalised(answer.intervention)
    words = answer.verdict.words
    if answer.energy is None or not isinstance(answer, Displacement):
        return f"Undetermined: {_without_plan(answer)}."
    displacement = answer.energy.displacement
    if words == NOT_USED or displacement is None:
        return f"{name} is not used: it carries less than 0.1% of tokens, so it displaces nothing."
    low, high, at_plans = answer.interval.low, answer.interval.high, ratio(displacement)
    if low is None or high is None:
        return (
            "Undetermined: no interval was found; at the plans found, the energy displacement D of"
            f" {answer.intervention} is {at_plans}."
        )
    if words == UNDETERMINED:
        return (
            f"Undetermined: the energy displacement D of {answer.intervention} could be anywhere"
            f" from {ratio(low)} to {ratio(high)} at these builds, over more than two verdicts"
            f" ({at_plans} at the plans found){_forced(answer)}."
        )
    ends = interval_in_words(low, high)
    between = "" if ends == at_plans else f", between {ends.replace(' to ', ' and ')}"
    return (
        f"{name} {_judged(words)}: {_of_a_hundred(displacement)} (energy displacement D ="
        f" {at_plans}{between} {AT_BUILDS}){_forced(answer)}."
    )


def proof_sentence(answer: InterventionResult) -> str:
    """Say whether every plan within the gap has the same verdict; empty if that is unknown."""
    if not isinstance(answer, Displacement):
        return ""
    low, high = answer.proved_interval.low, answer.proved_interval.high
    if low is None or high is None:
        return ""
    ends = interval_in_words(low, high)
    if answer.verdict.proved:
        between = f"lies between {ends.replace('to', 'and')}" if " to " in ends else f"is {ends}"
        return f"Proven: across all plans within the gap, D {between}."
    return f"Not proven: across all plans within the gap, D could be anywhere from {ends}."


def elasticity_sentence(answer: InterventionResult) -> str:
    """Say how the result varies with the elasticity of demand; empty if that was not asked."""
    points = answer.elasticity_range
    if not points:
        return ""
    texts = [f"{_at_elasticity(point)} at {point.elasticity:g}" for point in points]
    ends = " to ".join(f"{point.elasticity:g}" for point in points)
    what = "energy displacement D" if isinstance(answer, Displacement) else "rebound"
    return (
        f"The price elasticity of demand is uncertain: over the published range of {ends}, applied"
        f" to every responsive class, {what} is {' and '.join(texts)}."
    )


def _at_elasticity(point: ElasticityPoint) -> str:
    if point.rebound is not None:
        return percent(point.rebound, 0)
    if point.displacement is None:
        return NOT_USED
    return f"{ratio(point.displacement)} ({BANDS[band(point.displacement)][1]})"


def _without_plan(answer: InterventionResult) -> str:
    for key, world in answer.worlds.items():
        if world.welfare_usd is None:
            stopped = f"the solver stopped without an answer, {world.status}"
            reason = NO_PLAN.get(world.status, stopped)
            return f"{title(key)} has no plan: {reason}"
    raise ValueError("a result without numbers has a world without a plan")


def _capitalised(name: str) -> str:
    return name[:1].upper() + name[1:]


def _judged(words: str) -> str:
    if " to " in words:
        first, last = words.split(" to ")
        return f"is somewhere between '{first}' and '{last}'"
    return "is mixed" if words == "mixed" else words


def _of_a_hundred(displacement: float) -> str:
    """What becomes of 100 MWh that the intervention uses."""
    replaced = round(100 * displacement)
    if replaced < 0:
        return (
            f"every 100 MWh it uses are additional, and load elsewhere rises by a further"
            f" {-replaced}"
        )
    if replaced > 100:
        return (
            f"for every 100 MWh it uses, {replaced} are avoided elsewhere, so total load falls by"
            f" {replaced - 100}"
        )
    if replaced == 0:
        return "every 100 MWh it uses are additional"
    if replaced == 100:
        return "every 100 MWh it uses replace load elsewhere"
    return (
        f"of every 100 MWh it uses, {replaced} replace load elsewhere and {100 - replaced} are"
        " additional"
    )


def _forced(answer: Displacement) -> str:
    names = answer.verdict.forced_by
    if not names:
        return ""
    # Ids of zones and areas contain no space; names of policies do.
    places = [name for name in names if " " not in name]
    parts = [f"the {name}" for name in names if " " in name]
    if places:
        parts.insert(0, f"the limit{'s' if len(places) > 1 else ''} in {', '.join(places)}")
    return f"; forced by {' and '.join(parts)}"


def mandates_sentence(answer: InterventionResult) -> str:
    """Name the policies that mandate the intervention and are dropped; empty if there are none."""
    if not isinstance(answer, Displacement) or not answer.mandates_dropped:
        return ""
    return (
        f"Dropped in every world, since it mandates {answer.intervention}:"
        f" {', '.join(answer.mandates_dropped)}."
    )


def freed_mw(answer: Displacement) -> float:
    """Mean load of the rest in the baseline less that with fixed service, MW, over all years."""
    if answer.energy is None or answer.refill is None:
        raise ValueError("a result without plans frees nothing")
    time = answer.plans[WITH_INTERVENTION].instance.time
    hours = HOURS_PER_YEAR * (time.years[-1] - time.years[0] + time.last_span_years)
    return (answer.energy.rest_without - answer.energy.rest_with) / hours + answer.refill.mw


def refill_sentences(answer: Displacement) -> str:
    """Say what the intervention frees while serving the same demand, and what of it is refilled."""
    if answer.energy is None:
        raise ValueError("a result without plans frees nothing")
    if answer.refill is None:
        return "Freed and refilled load are unknown: fixed service was not solved in time."
    refill, freed = answer.refill, freed_mw(answer)
    noise = NEGLIGIBLE * max(answer.energy.rest_without / HOURS_PER_YEAR, 1.0)
    places = decimals([freed, refill.mw])
    serving = "Serving exactly what the baseline serves (fixed service), the rest would carry"
    if refill.share is None or freed <= noise:
        first = f"{serving} about the same load, so nothing is freed"
        if abs(refill.mw) <= noise:
            return f"{first} and nothing refilled."
    else:
        first = f"{serving} {number(freed, places)} MW less on average"
    return f"{first}.  {_refilled(refill, noise, number(abs(refill.mw), places))}"


def _refilled(refill: Refill, noise: float, mw: str) -> str:
    """What follows if demand may also respond to the intervention."""
    if abs(refill.mw) <= noise:
        return "None of it is refilled by other load of the rest."
    if refill.mw < 0:
        return f"With price-responsive demand it carries a further {mw} MW less: crowded out."
    if refill.share is None:
        return f"With price-responsive demand it carries {mw} MW more, although nothing is freed."
    return f"Of that, {mw} MW are refilled by other load of the rest ({percent(refill.share)})."


def change_sentence(answer: InterventionResult) -> str:
    """State the effect of an efficiency step or grid expansion; empty for other interventions."""
    name = _capitalised(answer.intervention)
    if isinstance(answer, ReboundResult) and answer.rebound is not None:
        return _rebound(name, answer.rebound)
    if isinstance(answer, GridReturnResult) and answer.grid_return is not None:
        return _grid(name, answer.grid_return)
    return ""


def models_sentence(answer: InterventionResult) -> str:
    """Say how much of the saving of new models is taken back; empty for other interventions."""
    if not isinstance(answer, Displacement) or answer.rebound is None:
        return ""
    return _rebound(f"As a step in efficiency, {answer.intervention}", answer.rebound)


def _rebound(name: str, rebound: Rebound) -> str:
    if rebound.rebound is None:
        return (
            f"{name}: serving the same demand takes no less energy with it, so there is no saving"
            " to take back and rebound is undefined."
        )
    share = rebound_text(rebound.rebound)
    if rebound.low is None or rebound.high is None:
        return f"{name}: {UNDETERMINED}; at the plans found, {share} of the saving is taken back."
    ends = f"between {rebound_text(rebound.low)} and {rebound_text(rebound.high)}"
    between = f"(rebound {share}, {ends} {AT_BUILDS})"
    if rebound.words == BACKFIRES:
        return f"{name} backfires: total energy use rises {between}."
    if rebound.rebound < 0:
        return f"{name} saves more than it frees: demand falls {between}."
    return (
        f"{name}: {rebound.words}; of every 100 MWh it would save, {round(100 * rebound.rebound)}"
        f" are used again {between}."
    )


def _grid(name: str, grid: GridReturn) -> str:
    served = number(grid.mwh_per_mw, decimals([grid.mwh_per_mw]))
    added = number(grid.added_mw, decimals([grid.added_mw]))
    return (
        f"{name}: each MW added serves {served} MWh more a year, of a possible"
        f" {HOURS_PER_YEAR:,.0f} ({added} MW added on average)."
    )
