"""Workload classes, their profiles, and demand that is log-normal over regions."""

from typing import Any

import numpy as np

from optimizer.problem.annuity import capital_recovery_factor
from optimizer.schema.base import at_year
from optimizer.schema.catalog import Serving
from optimizer.schema.demand import Profile, Workload, WorkloadClass
from optimizer.units import (
    GTOK_PER_H_PER_TOK_PER_S,
    HOURS_PER_DAY,
    HOURS_PER_YEAR,
    KUSD_PER_GTOK_PER_USD_PER_MTOK,
    TOKENS_PER_GTOK,
    USD_PER_KUSD,
)
from synthetic import technology
from synthetic.geography import Geography
from synthetic.size import DISCOUNT_RATE, FIRST_YEAR, ONE_YEAR, Size

TOKENS_PER_PERSON_DAY = 300_000
DEMAND_GROWTH = 0.35
TYPICAL_UTILISATION = 0.6
PRICE_OVER_HARDWARE = 1.4
CHOKE_OVER_PRICE = 10

Template = tuple[str, float, float, float, float, str, dict[str, Any]]

TEMPLATES: tuple[Template, ...] = (
    # id, SLO in ms, quality floor, elasticity, share of tokens, profile, other fields
    ("chat", 800, 55, -0.6, 0.20, "evening", {}),
    ("agent", 5_000, 75, -1.2, 0.25, "office", {}),
    ("search", 600, 30, -0.8, 0.12, "evening", {}),
    ("voice", 220, 30, -0.5, 0.06, "evening", {}),
    ("code", 1_500, 75, -1.0, 0.15, "office", {}),
    ("batch", 60_000, 55, -1.5, 0.12, "night", {}),
    ("vision", 260, 55, -0.7, 0.05, "office", {}),
    ("private", 1_000, 30, -0.3, 0.05, "office", {"residency": "region"}),
)

PEAK_HOUR = {"evening": 20.0, "office": 14.0, "night": 2.0}


def profiles() -> tuple[Profile, ...]:
    """Daily shapes in local time: one hump each, three to one."""
    hours = np.arange(HOURS_PER_DAY)
    return tuple(
        Profile(
            id=name,
            clock="local",
            values=tuple((2 + np.cos(2 * np.pi * (hours - peak) / HOURS_PER_DAY)).round(4)),
        )
        for name, peak in PEAK_HOUR.items()
    )


def classes(size: Size) -> tuple[WorkloadClass, ...]:
    """As many classes as asked for: the templates, then variations of them."""
    random = size.random("classes")
    made = []
    for k in range(size.classes):
        name, slo, floor, elasticity, _, profile, more = TEMPLATES[k % len(TEMPLATES)]
        lap = k // len(TEMPLATES)
        price = round(PRICE_OVER_HARDWARE * hardware_cost_usd_per_mtok(reference(floor)), 4)
        made.append(
            WorkloadClass(
                id=f"{name}{lap + 1}" if lap else name,
                slo_ms=round(slo * random.uniform(1.0, 1.2)) if lap else slo,
                quality_floor=floor,
                profile=profile,
                elasticity=round(elasticity * random.uniform(0.8, 1.2), 3),
                reference_price_usd_per_mtok=price,
                choke_price_usd_per_mtok=round(CHOKE_OVER_PRICE * price, 4),
                max_demand_multiple=3.0,
                shed_penalty_usd_per_mtok=price,
                demand_multiplier=size.growth(DEMAND_GROWTH),
                **more,
            )
        )
    return tuple(made)


def workloads(size: Size, place: Geography, groups: tuple[WorkloadClass, ...]) -> list[Workload]:
    """Every class from every region."""
    random = size.random("workloads")
    share = np.array([TEMPLATES[k % len(TEMPLATES)][4] for k in range(size.classes)])
    share /= share.sum()
    national = place.people * TOKENS_PER_PERSON_DAY / HOURS_PER_DAY / TOKENS_PER_GTOK
    spread = random.lognormal(0.0, 0.4, (size.regions, size.classes))
    level = national[:, None] * share[None, :] * spread
    return [
        Workload(
            region=region.id,
            workload_class=group.id,
            demand_gtok_per_h=round(float(level[r, k]), 5),
        )
        for r, region in enumerate(place.regions)
        for k, group in enumerate(groups)
    ]


def reference(floor: float) -> Serving:
    """Return the configuration in a data centre that usually serves a quality floor."""
    rows = {row.id: row for row in technology.serving(ONE_YEAR)}
    medium = technology.MODELS[1]
    return rows["syn-large-rack" if floor > medium.quality else "syn-medium-node"]


def hardware_cost_usd_per_mtok(row: Serving) -> float:
    """Annuity and operation of the hardware for a Mtok in the first year."""
    unit = {h.id: h for h in technology.hardware(ONE_YEAR)}[row.hardware]
    factor = capital_recovery_factor(DISCOUNT_RATE, unit.life_years)
    usd = at_year(unit.capex_usd, FIRST_YEAR) * factor + unit.operation_usd_per_unit_year
    gtok = row.tokens_per_s * GTOK_PER_H_PER_TOK_PER_S * HOURS_PER_YEAR * TYPICAL_UTILISATION
    return usd / USD_PER_KUSD / gtok / KUSD_PER_GTOK_PER_USD_PER_MTOK
