"""What a verdict may hang on: limits that bind, elasticity, and the intervention's size."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from optimizer.counterfactual.binding_limits import binding_limits
from optimizer.counterfactual.elasticity import responds
from optimizer.counterfactual.flip import ELASTICITY, SIZE, USD
from optimizer.counterfactual.lifted_limits import BUDGET, CO2_CAP, ZONE_CAP
from optimizer.counterfactual.scenarios import SolvedScenarios
from optimizer.load import Edit, with_overrides
from optimizer.schema.base import at_year
from optimizer.schema.instance import Instance

MW = "MW"
TIMES = "times"
"""Unit of a factor."""

LARGEST, SMALLEST = 1.0, -0.5
"""Relative changes up to which a flip is searched: twice as much, and half as much."""


@dataclass(frozen=True)
class Candidate:
    """A change of any size to part of an instance.

    Attributes
    ----------
    kind, what, unit : str
        As in `optimizer.counterfactual.flip.Flip`.
    paths : tuple of str
    value : float
        A limit's mean over the years, weighted by the years that each period represents; 1 for a
        factor.
    lowest : float
        Relative change at which the lowest year of a limit is 0, at least `SMALLEST`.
    """

    kind: str
    what: str
    unit: str
    paths: tuple[str, ...]
    value: float
    lowest: float = SMALLEST

    def changed(self, instance: Instance, relative: float) -> Instance:
        """Return the instance after a relative change of the value.

        Raises
        ------
        InputError
            If a value would leave its allowed range.
        """
        if self.kind in (ELASTICITY, SIZE):
            how, operand = "scale", 1.0 + relative
        else:
            how, operand = "add", relative * self.value
        origin = f"{self.what} changed by {relative:.3%}"
        edits = [Edit(path, how, operand, origin) for path in self.paths]  # type: ignore[arg-type]
        return with_overrides(instance, edits)


def candidates(scenarios: SolvedScenarios) -> tuple[Candidate, ...]:
    """Return every limit that binds in one of the worlds, then elasticity and size.

    A limit of 0 is left out: a relative change of it means nothing.
    """
    limits = (limit for limit in _limits(scenarios) if limit.value > 0)
    return (*limits, *_elasticity(scenarios), *_size(scenarios))


def _limits(scenarios: SolvedScenarios) -> Iterator[Candidate]:
    """Limits that bind in the baseline or with the intervention, in some year."""
    binding = {limit.limit for limit in binding_limits(scenarios)}
    instance = scenarios.case.instance
    for zone in instance.zones:
        for field in ("limit_mw", "capacity_mw"):
            path = getattr(zone, field)
            if zone.id in binding and path is not None:
                yield _limit(scenarios, "zone", zone.id, MW, f"zones.{zone.id}.{field}", path)
    for area in instance.capacity_areas:
        if area.id in binding and area.procured_ucap_mw is not None:
            name = f"capacity_areas.{area.id}.procured_ucap_mw"
            yield _limit(scenarios, "capacity area", area.id, MW, name, area.procured_ucap_mw)
    for cap in instance.zone_caps:
        what = f"{ZONE_CAP} {cap.id}"
        if what in binding and cap.cap_mw is not None:
            yield _limit(scenarios, ZONE_CAP, what, MW, f"zone_caps.{cap.id}.cap_mw", cap.cap_mw)
    policies = (
        (CO2_CAP, "t/year", "co2_cap_t_per_year"),
        (BUDGET, USD, "capital_budget_usd_per_year"),
    )
    for what, unit, field in policies:
        path = getattr(instance.policy, field)
        if what in binding and path is not None:
            yield _limit(scenarios, what, what, unit, f"policy.{field}", path)


def _limit(
    scenarios: SolvedScenarios, kind: str, what: str, unit: str, name: str, path: dict[int, float]
) -> Candidate:
    values = np.array([at_year(path, year) for year in scenarios.case.horizon.years])
    mean = float(np.average(values, weights=scenarios.spans))
    lowest = -float(min(values.min(), *path.values())) / mean if mean > 0 else 0.0
    return Candidate(kind, what, unit, (name,), mean, max(lowest, SMALLEST))


def _elasticity(scenarios: SolvedScenarios) -> Iterator[Candidate]:
    classes = [group.id for group in scenarios.case.instance.classes if responds(group)]
    if classes:
        paths = tuple(f"classes.{group}.elasticity" for group in classes)
        yield Candidate(ELASTICITY, ELASTICITY, TIMES, paths, 1.0)


def _size(scenarios: SolvedScenarios) -> Iterator[Candidate]:
    """Everything that limits how much hardware the intervention's sites have or may build."""
    instance, scope = scenarios.case.instance, scenarios.scope
    new = {site.id for site, added in zip(instance.sites, scope.site, strict=True) if added}
    units = ("existing_units", "max_units", "max_units_per_year")
    fields = {
        "pools": ("existing_units", "max_pods", "max_pods_per_year"),
        "site_generators": units,
        "site_storage": units,
        "sites": ("it_limit_mw",),
    }
    paths = tuple(
        f"{table}.{record.id}.{field}"
        for table, names in fields.items()
        for record in getattr(instance, table)
        if (record.id if table == "sites" else record.site) in new
        for field in names
        if _is_positive(getattr(record, field))
    )
    if paths:
        yield Candidate(SIZE, scope.intervention.id, TIMES, paths, 1.0)


def _is_positive(value: float | dict[int, float] | None) -> bool:
    if value is None:
        return False
    return any(value.values()) if isinstance(value, dict) else value > 0
