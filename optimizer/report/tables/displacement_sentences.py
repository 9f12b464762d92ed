"""The verdict on an intervention, and what it frees, saves or serves, in sentences."""

from optimizer.counterfactual.change_sentences import rebound_sentence
from optimizer.counterfactual.elasticity import ElasticityPoint
from optimizer.counterfactual.measures import Refill
from optimizer.counterfactual.results import (
    Displacement,
    InterventionResult,
)
from optimizer.counterfactual.verdict import BANDS, NOT_USED, band
from optimizer.counterfactual.worlds import WITH_INTERVENTION
from optimizer.report.numbers import (
    decimals,
    interval_in_words,
    number,
    percent,
    ratio,
)
from optimizer.units import HOURS_PER_YEAR

NEGLIGIBLE = 1e-6
"""Share of the rest's load below which a change is numerical noise."""


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
        return f"Proven: across all plans within the gap, energy D {between}."
    return f"Not proven: across all plans within the gap, energy D could be anywhere from {ends}."


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
        return "Freed and refilled load are unknown: fixed service has no plan."
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


def models_sentence(answer: InterventionResult) -> str:
    """Say how much of the saving of new models is taken back; empty for other interventions."""
    if not isinstance(answer, Displacement) or answer.rebound is None:
        return ""
    return rebound_sentence(f"As a step in efficiency, {answer.intervention}", answer.rebound)
