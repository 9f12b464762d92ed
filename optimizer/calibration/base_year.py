"""The base year as an instance of its own, in the variants that calibration solves."""

import math
from collections.abc import Collection, Mapping

from optimizer.schema.base import at_year, every_year
from optimizer.schema.demand import WorkloadClass
from optimizer.schema.instance import Instance, Time
from optimizer.schema.sites import Pool

WORTH_SERVING = 100.0
"""Multiple of its choke price at which demand is valued to find how much can be served."""


def base_year(instance: Instance) -> Instance:
    """Return the instance cut to its first period, which keeps its span of years.

    Annuities and lifetimes are unchanged: a build is paid in equal annual shares over its life,
    and the period bears the shares of its own years.  Builds for later years disappear.
    """
    time = instance.time
    span = time.years[1] - time.years[0] if len(time.years) > 1 else time.last_span_years
    first = time.model_copy(update={"years": time.years[:1], "last_span_years": span})
    return instance.model_copy(update={"time": first, "assumptions": ()})


def held_at_demand(instance: Instance, classes: Collection[str]) -> Instance:
    """Return the instance with D of these classes accepted and served in full."""
    return _with_classes(instance, {group: {"must_serve": True} for group in classes})


def valued_at_any_cost(instance: Instance, classes: Collection[str]) -> Instance:
    """Return the instance with D of these classes valued so highly that the most is served."""
    groups = {group.id: group for group in instance.classes}
    return _with_classes(
        instance,
        {
            name: {
                "elasticity": 0.0,
                "choke_price_usd_per_mtok": WORTH_SERVING * groups[name].choke_price_usd_per_mtok,
                "markup_kind": "multiplicative",
                "markup": 1.0,
                "markup_usd_per_mtok": every_year(0.0),
            }
            for name in classes
        },
    )


def hardware_rebuilt(instance: Instance) -> Instance:
    """Return the base year with existing hardware to be bought anew, unit by unit.

    Its capital is then part of the cost of serving.  As many units can be bought as exist or
    could be added at once.  Devices stay: their owners bought them for other purposes.
    """
    kind = {site.id: site.kind for site in instance.sites}
    pools = tuple(
        pool if kind[pool.site] == "device" else _rebuilt(pool, instance.time)
        for pool in instance.pools
    )
    return instance.model_copy(update={"pools": pools})


def _rebuilt(pool: Pool, time: Time) -> Pool:
    addable = 0 if pool.lead_years > 0 else pool.max_pods
    if pool.max_pods_per_year is not None:
        addable = min(addable, pool.max_pods_per_year * time.last_span_years)
    existing = math.ceil(at_year(pool.existing_units, time.years[0]))
    most = existing + addable * pool.units_per_pod
    anew = {
        "existing_units": every_year(0.0),
        "units_per_pod": 1,
        "max_pods": most,
        "max_pods_per_year": None,
        "lead_years": 0,
    }
    return pool.model_copy(update=anew)


def _with_classes(instance: Instance, updates: Mapping[str, Mapping[str, object]]) -> Instance:
    def updated(group: WorkloadClass) -> WorkloadClass:
        return group.model_copy(update=dict(updates.get(group.id, {})))

    return instance.model_copy(update={"classes": tuple(map(updated, instance.classes))})
