"""The verdict of a comparison, and what became of the room made, in sentences."""

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
from optimizer.units import HOURS_PER_YEAR

NEGLIGIBLE = 1e-6
"""Share of the rest's load below which a change is the solver's dust."""


def verdict_sentence(answer: InterventionResult) -> str:
    """Say the verdict in one plain sentence, with displacement and its interval."""
    name = answer.intervention[:1].upper() + answer.intervention[1:]
    words = answer.verdict.words
    if answer.energy is None or not isinstance(answer, Displacement):
        return f"Undetermined: {_without_plan(answer)}."
    displacement = answer.energy.displacement
    if words == NOT_USED or displacement is None:
        return f"{name} is not used: it carries less than 0.1% of tokens, so it displaces nothing."
    low, high = answer.interval.low, answer.interval.high
    if low is None or high is None:
        return (
            f"Undetermined: the interval was not found; at the plans found the energy"
            f" displacement of {answer.intervention} is {ratio(displacement)}."
        )
    if words == UNDETERMINED:
        return (
            f"Undetermined: the energy displacement of {answer.intervention} lies anywhere between"
            f" {ratio(low)} and {ratio(high)} at these builds, over more than two verdicts"
            f" ({ratio(displacement)} at the plans found){_forced(answer)}."
        )
    found, ends = ratio(displacement), interval_in_words(low, high)
    sure = "in every plan as good" if ends == found else f"between {ends}"
    return (
        f"{name} {_judged(words)}: {_of_a_hundred(displacement)} (energy displacement {found},"
        f" {sure.replace(' to ', ' and ')} at these builds){_forced(answer)}."
    )


def proof_sentence(answer: InterventionResult) -> str:
    """Say whether every plan within the gap has the same verdict; empty where it is not known."""
    if not isinstance(answer, Displacement):
        return ""
    low, high = answer.proved_interval.low, answer.proved_interval.high
    if low is None or high is None:
        return ""
    ends = interval_in_words(low, high).replace(" to ", " and ")
    if answer.verdict.proved:
        return f"Proved: in every plan as good it lies between {ends}."
    return f"Not proved: of every plan as good it is certain only that it lies between {ends}."


def elasticity_sentence(answer: InterventionResult) -> str:
    """Say how displacement moves with the elasticity of demand; empty where it was not asked."""
    said = [f"{_at_elasticity(one)} at {one.elasticity:g}" for one in answer.elasticity_range]
    if not said:
        return ""
    ends = " to ".join(f"{one.elasticity:g}" for one in answer.elasticity_range)
    what = "energy displacement" if isinstance(answer, Displacement) else "rebound"
    return (
        f"Elasticity of demand is uncertain: over the published range of {ends}, every class that"
        f" responds alike, {what} is {' and '.join(said)}."
    )


def _at_elasticity(one: ElasticityPoint) -> str:
    if one.rebound is not None:
        return percent(one.rebound, 0)
    return NOT_USED if one.displacement is None else _named(one.displacement)


def _named(displacement: float) -> str:
    return f"{ratio(displacement)} ({BANDS[band(displacement)][1]})"


def _without_plan(answer: InterventionResult) -> str:
    for name, world in answer.worlds.items():
        if world.welfare_usd is None:
            return f"{title(name)} has no plan: {_status(world.status)}"
    raise ValueError("a comparison without numbers has a world without a plan")


def _status(status: str) -> str:
    return {
        "infeasible": "infeasible, as no plan meets every constraint",
        "time_limit": "the time limit came first",
        "interrupted": "it was interrupted first",
    }.get(status, f"the solver stopped without an answer, {status}")


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
            f"all of every 100 MWh it uses come on top, and load elsewhere rises by {-replaced}"
            f" besides"
        )
    if replaced > 100:
        return (
            f"for every 100 MWh it uses, {replaced} fall away elsewhere, so load falls by"
            f" {replaced - 100}"
        )
    if replaced == 0:
        return "all of every 100 MWh it uses come on top"
    if replaced == 100:
        return "all of every 100 MWh it uses replace load elsewhere"
    return (
        f"of every 100 MWh it uses, {replaced} replace load elsewhere and {100 - replaced} come"
        f" on top"
    )


def _forced(answer: Displacement) -> str:
    names = answer.verdict.forced_by
    if not names:
        return ""
    # Ids of zones and areas hold no space; names of policies do.
    places = [name for name in names if " " not in name]
    parts = [f"the {name}" for name in names if " " in name]
    if places:
        parts.insert(0, f"the limit{'s' if len(places) > 1 else ''} in {', '.join(places)}")
    return f"; forced by {' and '.join(parts)}"


def mandates_sentence(answer: InterventionResult) -> str:
    """Name the policies that mandate the intervention and so hold in no world, if any."""
    if not isinstance(answer, Displacement) or not answer.mandates_dropped:
        return ""
    return (
        f"Dropped in every world, since it mandates {answer.intervention}:"
        f" {', '.join(answer.mandates_dropped)}."
    )


def freed_mw(answer: Displacement) -> float:
    """Mean load of the rest in world 0 less that in world F, MW, over all years."""
    if answer.energy is None or answer.refill is None:
        raise ValueError("a comparison without plans frees nothing")
    time = answer.plans[WITH_INTERVENTION].instance.time
    hours = HOURS_PER_YEAR * (time.years[-1] - time.years[0] + time.last_span_years)
    return (answer.energy.rest_without - answer.energy.rest_with) / hours + answer.refill.mw


def refill_sentences(answer: Displacement) -> str:
    """Where the megawatts went that the intervention frees while serving the same."""
    if answer.energy is None:
        raise ValueError("a comparison without plans frees nothing")
    if answer.refill is None:
        return "World F was not found in time: what is freed, and what comes back, is not known."
    refill, freed = answer.refill, freed_mw(answer)
    dust = NEGLIGIBLE * max(answer.energy.rest_without / HOURS_PER_YEAR, 1.0)
    places = decimals([freed, refill.mw])
    name = answer.intervention
    back = number(abs(refill.mw), places)
    serving = f"Serving exactly what is served without {name}, the rest would carry"
    if refill.share is None or freed <= dust:
        first = f"{serving} about as much as without it, so nothing is freed"
        if abs(refill.mw) <= dust:
            return f"{first} (world F), and nothing comes back."
    else:
        first = f"{serving} {number(freed, places)} MW less, on average over the year"
    return f"{first} (world F).  {_came_back(refill, dust, back)}"


def _came_back(refill: Refill, dust: float, back: str) -> str:
    """What follows from demand that grows or shrinks, with the intervention there."""
    if abs(refill.mw) <= dust:
        return "None of it comes back as other load of the rest: refill is 0 MW."
    if refill.mw < 0:
        return f"With it the rest carries {back} MW less than that, crowded out: a negative refill."
    if refill.share is None:
        return f"With it the rest carries {back} MW more than that: refill without room made."
    return (
        f"Of that, {back} MW come back as other load of the rest: refill {percent(refill.share)}."
    )


def change_sentence(answer: InterventionResult) -> str:
    """Say what the change does in one plain sentence; empty for what adds sites or models."""
    name = answer.intervention[:1].upper() + answer.intervention[1:]
    if isinstance(answer, ReboundResult) and answer.rebound is not None:
        return _rebound(name, answer.rebound)
    if isinstance(answer, GridReturnResult) and answer.grid_return is not None:
        return _grid(name, answer.grid_return)
    return ""


def models_sentence(answer: InterventionResult) -> str:
    """Say how much of what new models would save is taken back; empty for all else."""
    if not isinstance(answer, Displacement) or answer.rebound is None:
        return ""
    return _rebound(f"As a step in efficiency {answer.intervention}", answer.rebound)


def _rebound(name: str, found: Rebound) -> str:
    if found.rebound is None:
        return (
            f"{name}: serving the same takes no less energy with it, so there is no saving that"
            " could be taken back, and rebound is undefined."
        )
    share = _share(found.rebound)
    if found.low is None or found.high is None:
        return f"{name}: {UNDETERMINED}; at the plans found {share} of the saving is taken back."
    between = f"between {_share(found.low)} and {_share(found.high)} at these builds"
    if found.words == BACKFIRES:
        return f"{name} backfires: it makes energy use rise (rebound {share}, {between})."
    if found.rebound < 0:
        return f"{name} saves more than it frees: less is asked for (rebound {share}, {between})."
    return (
        f"{name}: {found.words}; of every 100 MWh that it would save, {round(100 * found.rebound)}"
        f" are used again (rebound {share}, {between})."
    )


def _share(rebound: float) -> str:
    # Finer than a thousandth no interval at builds is.
    return percent(round(rebound, 3) + 0.0, 0)


def _grid(name: str, found: GridReturn) -> str:
    more = number(found.mwh_per_mw, decimals([found.mwh_per_mw]))
    added = number(found.added_mw, decimals([found.added_mw]))
    return (
        f"{name}: each MW added serves {more} MWh more a year, of the {HOURS_PER_YEAR:,.0f} that it"
        f" could ({added} MW on average)."
    )


def change_table(answer: InterventionResult) -> DisplayTable | None:
    """Tokens, energy and peak without it and with it; nothing without plans."""
    if answer.tokens is None or answer.energy is None or answer.peak is None:
        return None
    size, unit = token_unit([answer.tokens.rest_without, answer.tokens.rest_with])
    columns = [(answer.tokens, size), (answer.energy, 1.0), (answer.peak, 1.0)]
    places = [decimals([one.rest_without / by, one.rest_with / by]) for one, by in columns]

    def row(what: str, name: str) -> tuple[str, ...]:
        cells = zip(columns, places, strict=True)
        return (what, *(number(getattr(one, name) / by, digits) for (one, by), digits in cells))

    rows = [row("without it", "rest_without"), row("with it", "rest_with")]
    found, note = answer.rebound if isinstance(answer, ReboundResult) else None, ""
    if found is not None:
        frozen = number(found.energy_frozen_mwh, places[1])
        same = number(answer.tokens.rest_without / size, places[0])
        rows.append(("with it, serving the same (world F)", same, frozen, ""))
        note = (
            "Infrastructure, with it over a plan with demand frozen: highest load"
            f" {_times(found.peak_ratio)}, overnight cost of all that is built"
            f" {_times(found.capital_ratio)}."
        )
    return DisplayTable(
        f"{answer.instance}: {answer.description or answer.intervention}, all years",
        ("", f"tokens, {unit}", "site energy, MWh", "highest load, MW"),
        tuple(rows),
        note=note,
    )


def _times(value: float | None) -> str:
    return NONE if value is None else f"{value:.2f} times"
