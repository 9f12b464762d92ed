"""The verdicts of a displacement, their intervals, and why energy differs from work."""

from collections.abc import Iterator, Mapping

from optimizer.verification.recomputed_quantities import Quantities
from optimizer.verification.result_claims import FAMILY, ResultClaims, agree
from optimizer.verification.verdict_words import NOT_USED, is_in_one_band, words_of
from optimizer.verification.violation import Violation

CARRIES_NONE = "carries none"
"""Words of a measure of which an intervention that is used carries nothing."""

MEASURES = {"work": "tokens", "energy": "energy", "grid": "draw", "stress": "stress"}
"""Measure behind each verdict."""

PAIR = ("tokens", "energy")
NEGLIGIBLE = 1e-6
"""Tokens that the rest gives up, over the intervention's, below which they are noise."""


def check_verdicts(
    claims: ResultClaims, place: str, found: Quantities, y: int | None
) -> Iterator[Violation]:
    """Yield the verdicts of a year, or of all years if it is None, that do not follow.

    Parameters
    ----------
    claims : ResultClaims
    place : str
        Path of the year, with a dot; empty for all years.
    found : Quantities
    y : int or None
        Position of the year.
    """
    displacements = {name: _displacement(found, name, y) for name in found.amounts}
    proven = (f"{place}proved", f"{place}proved_interval") if y is None else None
    energy = displacements["energy"]
    places = f"{place}energy.displacement", f"{place}interval", f"{place}verdict"
    yield from _verdict(claims, places, proven, energy, NOT_USED)
    if claims.get("verdicts") is None:
        return
    in_use = any(each is not None for each in displacements.values())
    for key, name in MEASURES.items():
        path = f"{place}verdicts.{key}"
        claimed = claims.get(f"{path}.displacement")
        if not agree(claimed, displacements[name]):
            yield from claims.same(f"{path}.displacement", displacements[name])
        places = f"{path}.displacement", f"{path}.interval", f"{path}.words"
        idle = CARRIES_NONE if in_use else NOT_USED
        of_key = f"{path}.proved", f"{path}.proved_interval"
        yield from _verdict(claims, places, of_key, displacements[name], idle)
    yield from _factors(claims, place)
    if y is None and found.stress is not None:
        yield from _hours(claims, found)


def _displacement(found: Quantities, name: str, y: int | None) -> float | None:
    amounts = found.amounts[name]
    if y is None:
        return amounts.whole(found.weights[name]).displacement(0, found.used)
    return amounts.displacement(y, bool(found.used_by_year[y]))


def _verdict(
    claims: ResultClaims,
    places: tuple[str, str, str],
    proven: tuple[str, str] | None,
    displacement: float | None,
    idle: str,
) -> Iterator[Violation]:
    """Yield an interval, its words and its proof, if they do not agree.

    Parameters
    ----------
    claims : ResultClaims
    places : tuple of str
        Of the displacement, the interval and the words.
    proven : tuple of str or None
        Of the proof and its interval.
    displacement : float or None
        As recomputed.
    idle : str
        Words if there is none.
    """
    at, interval, words = places
    if agree(claims.get(at), displacement):
        displacement = claims.get(at)  # to its last digit, on which a boundary may hang
    yield from _contains(claims, interval, displacement)
    low, high = claims.get(f"{interval}.low"), claims.get(f"{interval}.high")
    due = words_of(displacement, low, high)
    message = "is not the band of its displacement and interval"
    yield from claims.same(words, idle if due == NOT_USED else due, message)
    if proven is None:
        return
    proof, interval = proven
    yield from _contains(claims, interval, displacement)
    low, high = claims.get(f"{interval}.low"), claims.get(f"{interval}.high")
    if claims.get(proof) and not is_in_one_band(claims.text(words), low, high):
        message = "is claimed, but the proven interval is not in the band that the verdict names"
        yield Violation(FAMILY, proof, "true", "false", message)


def _contains(claims: ResultClaims, path: str, displacement: float | None) -> Iterator[Violation]:
    """Yield if an interval is not one, or does not contain the displacement found."""
    low, high = claims.get(f"{path}.low"), claims.get(f"{path}.high")
    if low is None and high is None:
        return
    if displacement is None or low is None or high is None:
        message = "is half an interval, or one of an intervention that is not used"
        yield Violation(FAMILY, path, f"{low} to {high}", "null", message)
    elif not low - 1e-9 <= displacement <= high + 1e-9:
        message = "does not contain the displacement of the plans found"
        yield Violation(FAMILY, path, f"{low:.9g} to {high:.9g}", displacement, message)


def _factors(claims: ResultClaims, place: str) -> Iterator[Violation]:
    """Yield the factors of energy displacement, if not those of its tokens and energy."""
    path = f"{place}factors"
    if not all(isinstance(claims.get(f"{place}{name}"), Mapping) for name in PAIR):
        return  # which is a violation of its own
    if not isinstance(claims.get(path), Mapping):
        yield Violation(FAMILY, path, "null", "its factors", "are missing")
        return
    work = claims.get(f"{place}tokens.displacement")
    own = avoided = quotient = None
    if work is not None:
        tokens, energy = (float(claims.get(f"{place}{name}.intervention")) for name in PAIR)
        own, given_up = energy / tokens, _given_up(claims, f"{place}tokens")
        if abs(given_up) > NEGLIGIBLE * tokens:
            avoided = _given_up(claims, f"{place}energy") / given_up
            quotient = avoided / own if own > 0 else None
    figures = {
        "work": work,
        "energy_ratio": quotient,
        "avoided_mwh_per_gtok": avoided,
        "intervention_mwh_per_gtok": own,
    }
    for name, figure in figures.items():
        yield from claims.same(f"{path}.{name}", figure, slack=1e-9 * max(1.0, abs(figure or 0.0)))


def _given_up(claims: ResultClaims, path: str) -> float:
    return float(claims.get(f"{path}.rest_without")) - float(claims.get(f"{path}.rest_with"))


def _hours(claims: ResultClaims, found: Quantities) -> Iterator[Violation]:
    """Yield the hours of grid stress that the baseline does not have."""
    rows, due = claims.get("stress_hours"), found.stress.hours if found.stress else []
    if len(rows) != len(due):
        counts = float(len(rows)), float(len(due))
        yield Violation(FAMILY, "stress_hours", *counts, "is not one row per year")
        return
    for y, hour in enumerate(due):
        for name, figure in hour.items():
            yield from claims.same(f"stress_hours.{y}.{name}", figure)
