"""Families 1 to 3: demand, its curve, serving capacity, and whether each placement may be."""

from collections.abc import Iterator

import numpy as np

from optimizer.problem.horizon import Floats, demand_shape
from optimizer.problem.placements import links
from optimizer.schema.base import at_year
from optimizer.units import GTOK_PER_H_PER_TOK_PER_S, HOURS_PER_YEAR
from optimizer.verification.claims import Claims
from optimizer.verification.deferral import put_off
from optimizer.verification.paths import leaner, longer_answers, longer_thoughts, to_the_planner
from optimizer.verification.violation import Violation, at_most, equal


def check_service(claims: Claims) -> Iterator[Violation]:
    """Yield every violation of families 1 to 3 and of the arcs."""
    yield from _demand(claims)
    yield from _acceptance(claims)
    yield from _placements(claims)
    yield from _single_site(claims)
    yield from _capacity(claims)


def _levels(claims: Claims) -> np.ndarray:
    """Demand at the reference price by (workload, year, slot), Gtok/h."""
    instance, horizon = claims.instance, claims.horizon
    groups = {group.id: group for group in instance.classes}
    rows = []
    for workload in instance.workloads:
        shape = horizon.mean(demand_shape(instance, workload))
        total = float(shape @ horizon.hours_per_year)
        # Demand that no representative day has is spread evenly.
        shape = shape * HOURS_PER_YEAR / total if total > 0 else np.ones_like(shape)
        group = groups[workload.workload_class]
        growth = group.demand_multiplier
        rows.append(
            [
                at_year(workload.demand_gtok_per_h, year)
                * at_year(growth, year)
                * longer_answers(group, year)
                * shape
                for year in horizon.years
            ]
        )
    return np.array(rows)


def _demand(claims: Claims) -> Iterator[Violation]:
    names = [workload.id for workload in claims.instance.workloads]
    flow = claims.placement["flow"].to_numpy()
    on = [names[w] for w in claims.placement["w"]]
    yield from at_most("1 demand", on, -flow, np.zeros(1), "flow is below 0")
    carried = claims.carried(flow, "w", len(names))
    yield from equal("1 demand", names, claims.served, carried, "served is not what is carried")
    yield from equal(
        "1 demand",
        names,
        claims.served + claims.shed + put_off(claims),
        claims.accepted,
        "served, shed and put off are not what is accepted",
    )
    for what, value in (("served", claims.served), ("shed", claims.shed)):
        yield from at_most("1 demand", names, -value, np.zeros(1), f"{what} is below 0")


def _acceptance(claims: Claims) -> Iterator[Violation]:
    instance, steps = claims.instance, claims.steps
    family = "2 demand curve"
    names = [workload.id for workload in instance.workloads]
    groups = {group.id: group for group in instance.classes}
    label = [names[w] for w in steps["w"]]
    low, high, taken = (steps[name].to_numpy() for name in ("low", "high", "taken"))
    yield from at_most(family, label, taken, high - low, "more than a step is accepted")
    yield from at_most(family, label, -taken, np.zeros(1), "acceptance is below 0")
    yield from at_most(family, label, low, high, "a step ends before it begins")
    curve = steps.groupby(["w", "y"])
    before = curve["high"].shift(fill_value=0.0).to_numpy()
    yield from equal(family, label, low, before, "steps do not follow each other")
    number, count = steps["step"].to_numpy(), np.array(curve.cumcount(), dtype=float)
    yield from equal(family, label, number, count, "steps are not numbered from 0")
    value, worth = steps["value"].to_numpy(), step_worth(claims)
    yield from equal(family, label, value, worth, "is not what a step is worth")

    shape = (len(names), len(claims.horizon.years))
    of = [groups[w.workload_class] for w in instance.workloads]
    furthest = np.array([group.end_multiple for group in of])
    end = curve["high"].max().to_numpy().reshape(shape)
    most = np.repeat(furthest[:, None], shape[1], axis=1)
    yield from equal(family, names, end, most, "the curve ends too early or too late")
    level = _levels(claims)
    yield from equal(
        "1 demand", names, claims.reference, level, "is not demand at the reference price"
    )
    multiple = curve["taken"].sum().to_numpy().reshape(shape)
    yield from equal(
        family,
        names,
        claims.accepted,
        multiple[:, :, None] * level,
        "accepted is not the steps' sum times demand",
    )
    forced = np.flatnonzero([group.must_serve for group in of])
    some = [names[i] for i in forced]
    message = "must be accepted in full"
    yield from equal(family, some, claims.accepted[forced], level[forced], message)
    yield from at_most(family, some, claims.shed[forced], np.zeros(1), "must be served in full")


def step_worth(claims: Claims) -> Floats:
    """Mean willingness to pay over each row of `claims.steps`, $/Mtok of the planner's money.

    The area under the curve between the step's ends over its width, less the markup.
    """
    instance, steps = claims.instance, claims.steps
    groups = {group.id: group for group in instance.classes}
    of = [groups[instance.workloads[w].workload_class] for w in steps["w"]]
    years = [claims.horizon.years[y] for y in steps["y"]]
    low, high = steps["low"].to_numpy(), steps["high"].to_numpy()
    a_query = np.array([longer_answers(g, y) for g, y in zip(of, years, strict=True)])
    choke = np.array([g.choke_price_usd_per_mtok for g in of]) / a_query
    elastic = np.array([g.elasticity < 0 and not g.must_serve for g in of], dtype=bool)
    slope = np.where(elastic, [g.elasticity for g in of], -1.0)
    reference = np.where(
        elastic,
        [at_year(g.reference_price_usd_per_mtok, y) for g, y in zip(of, years, strict=True)]
        / a_query,
        1.0,
    )
    core = np.where(elastic, (np.where(elastic, choke, 1.0) / reference) ** slope, np.inf)
    flat = choke * (np.minimum(high, core) - np.minimum(low, core))
    a, b = np.where(elastic, np.maximum(low, core), 1), np.where(elastic, np.maximum(high, core), 1)
    exponent = 1 + 1 / slope
    unit = np.abs(exponent) < 1e-9
    safe = np.where(unit, 1.0, exponent)
    falling = reference * np.where(unit, np.log(b / a), (b**safe - a**safe) / safe)
    width = np.where(high > low, high - low, 1.0)
    paid = (flat + falling) / width
    return np.array(
        [
            to_the_planner(g, year, p * longer) / longer
            for g, year, p, longer in zip(of, years, paid, a_query, strict=True)
        ]
    )


def _placements(claims: Claims) -> Iterator[Violation]:
    """Each (workload, site, configuration, year) with flow is one that the instance allows."""
    rules = ServingRules(claims)
    used = claims.placement[["w", "s", "c", "y"]].drop_duplicates()
    for w, s, c, y in used.itertuples(index=False, name=None):
        for claimed, allowed, message in rules.broken(w, s, c, y):
            where = f"{claims.instance.workloads[w].id} at {claims.instance.sites[s].id}"
            where += f" by {claims.instance.serving[c].id}"
            yield Violation("arcs", where, claimed, allowed, message)


class ServingRules:
    """Whether a workload may be served at a site by a configuration in a year."""

    def __init__(self, claims: Claims) -> None:
        self.instance, self.years = claims.instance, claims.horizon.years
        self.groups = {group.id: group for group in self.instance.classes}
        self.models = {model.id: model for model in self.instance.models}
        self.hardware = {row.id: row for row in self.instance.hardware}
        self.regions = {region.id: region for region in self.instance.regions}
        self.row_of = {region.id: i for i, region in enumerate(self.instance.regions)}
        self.rtt, _ = links(self.instance)

    def broken(self, w: int, s: int, c: int, y: int) -> list[tuple[float, float, str]]:
        """Figure, what is allowed, and message of every rule that is broken."""
        instance, hardware = self.instance, self.hardware
        workload, site, serving = instance.workloads[w], instance.sites[s], instance.serving[c]
        group, model = self.groups[workload.workload_class], self.models[serving.model]
        quality = model.quality if serving.quality is None else serving.quality
        delay = self.rtt[self.row_of[workload.region], s] + serving.ttft_ms
        year = self.years[y]
        same_law = self.regions[workload.region].jurisdiction == site.jurisdiction
        tests = (
            (group.slo_ms < delay, delay, group.slo_ms, "misses the SLO (ms)"),
            (quality < group.quality_floor, quality, group.quality_floor, "quality too low"),
            (
                serving.memory_gb > hardware[serving.hardware].memory_gb,
                serving.memory_gb,
                hardware[serving.hardware].memory_gb,
                "does not fit in memory (GB)",
            ),
            (site.kind not in group.site_kinds, 1, 0, "kind of site not allowed"),
            (
                (site.kind == "device" or group.residency == "region")
                and site.region != workload.region,
                1,
                0,
                "outside its region",
            ),
            (
                group.residency == "jurisdiction" and not same_law,
                1,
                0,
                "outside its jurisdiction",
            ),
            (year < site.available_from, year, site.available_from, "site not there yet"),
            (year < model.available_from, year, model.available_from, "model not there yet"),
        )
        return [
            (float(claimed), float(allowed), message)
            for wrong, claimed, allowed, message in tests
            if wrong
        ]


def _single_site(claims: Claims) -> Iterator[Violation]:
    """All of a single-site workload's flow in a year is at the site that carries most of it."""
    instance, shape = claims.instance, claims.served.shape
    whole = {group.id for group in instance.classes if group.single_site}
    kept = [w for w, row in enumerate(instance.workloads) if row.workload_class in whole]
    at_site = np.zeros((shape[0], len(instance.sites), shape[1]))
    table = claims.placement
    hours = claims.horizon.hours_per_year[table["k"]]
    np.add.at(at_site, (table["w"], table["s"], table["y"]), table["flow"] * hours)
    yield from at_most(
        "10 single site",
        [instance.workloads[w].id for w in kept],
        at_site.sum(axis=1)[kept],
        at_site.max(axis=1)[kept],
        "is served by more than one site (Gtok a year)",
    )


def unit_hours(claims: Claims) -> Floats:
    """Unit-hours of a Gtok without longer thoughts, shape (configurations, Y)."""
    serving, years = claims.instance.serving, claims.horizon.years
    return np.array(
        [
            [
                c.token_multiplier
                / (c.tokens_per_s * at_year(c.rate_multiplier, year))
                / GTOK_PER_H_PER_TOK_PER_S
                * leaner(claims.instance, year)
                for year in years
            ]
            for c in serving
        ]
    )


def loaded(claims: Claims) -> Floats:
    """Unit-hours an hour that are loaded on each pool, shape (P, Y, K)."""
    rows, hours = claims.placement, unit_hours(claims)
    raw = rows["flow"].to_numpy() * longer_thoughts(claims)[rows["w"], rows["y"]]
    return claims.carried(raw * hours[rows["c"], rows["y"]], "p", len(claims.axes.pool))


def usable(claims: Claims) -> Floats:
    """Unit-hours an hour that units in use can be loaded with, shape (P, Y)."""
    pools = claims.instance.pools
    share = np.array([pool.duty_cycle * pool.max_utilisation for pool in pools])
    return share[:, None] * claims.in_use


def _capacity(claims: Claims) -> Iterator[Violation]:
    pools = claims.instance.pools
    names = [pool.id for pool in pools]
    message = "work needs more units than are in use"
    ready = usable(claims)[:, :, None]
    yield from at_most("3 serving capacity", names, loaded(claims), ready, message)
