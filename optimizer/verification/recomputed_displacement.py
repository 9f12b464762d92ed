"""What an intervention that adds sites or models displaces, from the two worlds' tables."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from optimizer.problem.horizon import Floats
from optimizer.verification.recomputed_change import check_rebound
from optimizer.verification.recomputed_quantities import (
    PARTS,
    USED,
    Amounts,
    quantities,
    ratio,
)
from optimizer.verification.recomputed_verdicts import check_verdicts
from optimizer.verification.result_claims import (
    DIFFERS,
    FAMILY,
    ResultClaims,
    Worlds,
    agree,
    shown,
)
from optimizer.verification.verdict_words import words_of
from optimizer.verification.violation import ABSOLUTE, RELATIVE, Violation
from optimizer.verification.world_figures import Split


def check_displacement(claims: ResultClaims, worlds: Worlds) -> Iterator[Violation]:
    """Yield every figure of a displacement that the two worlds do not give."""
    spans, years = worlds.with_it.horizon.span_years, worlds.with_it.horizon.years
    by_year = claims.get("by_year")
    if [each["year"] for each in by_year] != list(years):
        listed = str([each["year"] for each in by_year]), str(list(years))
        yield Violation(FAMILY, "by_year", *listed, "are not the years of the instance")
        return
    found = quantities(claims, worlds)
    for name, amounts in found.amounts.items():
        yield from _measure(claims, name, amounts.whole(found.weights[name]), 0, found.used)
        for y in range(len(years)):
            used = bool(found.used_by_year[y])
            yield from _measure(claims, f"by_year.{y}.{name}", amounts, y, used)
    yield from _peaks(claims, worlds, found.used, found.used_by_year)
    highest = worlds.figures_with.power.whole.max(axis=1)
    highest = highest - worlds.figures_without.power.whole.max(axis=1)
    for y in range(len(years)):
        yield from claims.same(f"by_year.{y}.change_of_maximum_mw", float(highest[y]))
        yield from check_verdicts(claims, f"by_year.{y}.", found, y)
        yield from _refill(claims, worlds, f"by_year.{y}.", np.eye(len(years))[y])
    yield from check_verdicts(claims, "", found, None)
    yield from _refill(claims, worlds, "", spans)
    yield from _classes(claims, worlds)
    yield from _attribution(claims)
    if claims.get("rebound") is not None:
        yield from check_rebound(claims, worlds)


def _measure(
    claims: ResultClaims, path: str, amounts: Amounts, y: int, used: bool
) -> Iterator[Violation]:
    """Yield the parts of a measure and its displacement, if they do not agree."""
    if not isinstance(claims.get(path), Mapping):
        yield Violation(FAMILY, path, shown(claims.get(path)), "a measure", DIFFERS)
        return
    for name in PARTS:
        yield from claims.same(f"{path}.{name}", float(getattr(amounts, name)[y]))
    yield from _ratio(claims, path, used)


def _ratio(claims: ResultClaims, path: str, used: bool) -> Iterator[Violation]:
    """Yield the displacement of a measure, if not that of its own parts."""
    without, rest, new = (float(claims.get(f"{path}.{name}")) for name in PARTS)
    noise = 1e-9 + 1e-12 * (abs(without) + abs(rest)) / new if new > 0 else 1e-9
    yield from claims.same(
        f"{path}.displacement", ratio(without, rest, new, used=used), slack=noise
    )


def _classes(claims: ResultClaims, worlds: Worlds) -> Iterator[Violation]:
    """Yield the work of each class, if the result has it."""
    rows, spans = claims.get("by_class"), worlds.with_it.horizon.span_years
    if claims.get("verdicts") is None:
        return
    groups = worlds.with_it.instance.classes
    if [row["workload_class"] for row in rows] != [group.id for group in groups]:
        listed = str([row["workload_class"] for row in rows]), str([g.id for g in groups])
        yield Violation(FAMILY, "by_class", *listed, "are not the classes of the instance")
        return
    without, with_it = worlds.figures_without.class_tokens, worlds.figures_with.class_tokens
    for g in range(len(groups)):
        amounts = Amounts.of(
            Split(without.new[g], without.rest[g]), Split(with_it.new[g], with_it.rest[g])
        ).whole(spans)
        used = bool(amounts.is_used()[0])
        yield from _measure(claims, f"by_class.{g}.tokens", amounts, 0, used)
        d = amounts.displacement(0, used)
        yield from claims.same(f"by_class.{g}.words", words_of(d, d, d))


def _peaks(
    claims: ResultClaims, worlds: Worlds, used: bool, used_by_year: np.ndarray
) -> Iterator[Violation]:
    """Yield the loads at the hour of the baseline's highest load, and the zones' changes there.

    If several hours are equally high, the claims may be of any of them.
    """
    load = worlds.figures_without.power.whole
    years = worlds.with_it.horizon.years
    power = worlds.figures_with.power
    of_year: list[Violation] = []
    chosen = []
    for y in range(len(years)):
        best: list[Violation] | None = None
        for k in _highest(load[y]):
            at = Amounts(load[[y], k], power.rest[[y], k], power.new[[y], k])
            faults = [
                *_measure(claims, f"by_year.{y}.peak", at, 0, bool(used_by_year[y])),
                *_zones(claims, worlds, y, int(k)),
            ]
            if best is None or len(faults) < len(best):
                best = faults
                slot = int(k)
        of_year += best or []
        chosen.append(slot)
    yield from of_year
    if of_year:
        return
    top = load.max(axis=1)
    candidates = [
        [*_measure(claims, "peak", Amounts(load[y], power.rest[y], power.new[y]), chosen[y], used)]
        for y in _highest(top)
    ]
    yield from min(candidates, key=len)
    rows = {(row["zone"], row["year"]) for row in claims.get("zones")}
    due = {(zone.id, year) for zone in worlds.with_it.instance.zones for year in years}
    if rows != due or len(claims.get("zones")) != len(due):
        counts = float(len(claims.get("zones"))), float(len(due))
        yield Violation(FAMILY, "zones", *counts, "is not one row per zone and year")


def _highest(values: Floats) -> list[int]:
    """Return the positions of the highest values."""
    most = float(values.max())
    return np.flatnonzero(values >= most - ABSOLUTE - RELATIVE * abs(most)).tolist()


def _zones(claims: ResultClaims, worlds: Worlds, y: int, k: int) -> Iterator[Violation]:
    """Yield the changes of the zones in a year, given the slot of its peak."""
    change = worlds.figures_with.zone_draw[:, y] - worlds.figures_without.zone_draw[:, y]
    mwh = change @ worlds.with_it.horizon.hours_per_year
    position = {zone.id: z for z, zone in enumerate(worlds.with_it.instance.zones)}
    size = np.abs(worlds.figures_without.zone_draw[:, y])
    size_mwh = size @ worlds.with_it.horizon.hours_per_year
    for row, each in enumerate(claims.get("zones")):
        if each["year"] != worlds.with_it.horizon.years[y] or each["zone"] not in position:
            continue
        z = position[each["zone"]]
        slack = ABSOLUTE + RELATIVE * float(size_mwh[z])
        yield from claims.same(f"zones.{row}.mwh", float(mwh[z]), slack=slack)
        if "span_years" in each:
            span = float(worlds.with_it.horizon.span_years[y])
            yield from claims.same(f"zones.{row}.span_years", span)
        slack = ABSOLUTE + RELATIVE * float(size[z].max())
        yield from claims.same(f"zones.{row}.mw", float(change[z, k]), slack=slack)


def _refill(
    claims: ResultClaims, worlds: Worlds, place: str, weight: Floats
) -> Iterator[Violation]:
    """Yield if the share of a refill is not that of its megawatts.

    Fixed service is not saved, so that its load is believed; the share follows from it.
    """
    if not isinstance(claims.get(f"{place}refill"), Mapping):
        return
    hours = worlds.with_it.horizon.hours_per_year
    without = float(weight @ (worlds.figures_without.power.whole @ hours))
    with_it = float(weight @ (worlds.figures_with.power.rest @ hours))
    back = float(claims.get(f"{place}refill.mw")) * float(hours.sum()) * float(weight.sum())
    freed = without - (with_it - back)
    least = USED * max(without, float(weight.sum()))
    if abs(freed - least) <= RELATIVE * max(without, least):
        return  # either may be right
    share = back / freed if freed > least else None
    yield from claims.same(f"{place}refill.share", share, slack=RELATIVE * max(1, abs(share or 0)))


def _attribution(claims: ResultClaims) -> Iterator[Violation]:
    """Yield if the parts of a change do not add up to it."""
    if not isinstance(claims.get("attribution"), Mapping):
        return
    for name in ("tokens", "energy", "peak"):
        if not isinstance(claims.get(name), Mapping):
            continue  # which is a violation of its own
        terms: Mapping[str, Any] = claims.get(f"attribution.{name}")
        without, rest, new = (float(claims.get(f"{name}.{part}")) for part in PARTS)
        size = ABSOLUTE + RELATIVE * (abs(without) + abs(rest) + abs(new))
        yield from claims.same(f"attribution.{name}.total", rest + new - without, slack=size)
        parts = sum(float(value) for term, value in terms.items() if term != "total")
        if not agree(terms["total"], parts, size + RELATIVE * sum(map(abs, terms.values()))):
            message = "is not the sum of its parts"
            yield Violation(FAMILY, f"attribution.{name}.total", terms["total"], parts, message)
