"""Families 1 to 3: demand, its curve, serving capacity, and which placements are allowed."""

from collections.abc import Iterator

import numpy as np

from optimizer.problem.arrays import Ints
from optimizer.problem.horizon import Floats, demand_shape
from optimizer.problem.placements import links
from optimizer.schema.base import at_year
from optimizer.units import GTOK_PER_H_PER_TOK_PER_S, HOURS_PER_YEAR
from optimizer.verification.claims import Claims
from optimizer.verification.deferral import deferral_rate
from optimizer.verification.paths import answer_length, densing, raw_tokens, without_markup
from optimizer.verification.violation import ABSOLUTE, RELATIVE, Violation, at_most, equal

DEMAND, CURVE = "1 demand", "2 demand curve"


def check_service(claims: Claims) -> Iterator[Violation]:
    """Yield every violation of families 1 to 3 and of the arcs."""
    yield from _demand(claims)
    yield from _curve(claims)
    yield from _acceptance(claims)
    yield from _placements(claims)
    yield from _single_site(claims)
    names = [pool.id for pool in claims.instance.pools]
    message = "work requires more units than are in use"
    yield from at_most(
        "3 serving capacity", names, loaded(claims), usable(claims)[:, :, None], message
    )


def _levels(claims: Claims) -> Floats:
    """Return demand at the reference price, shape (W, Y, K), Gtok/h."""
    instance, horizon = claims.instance, claims.horizon
    shapes = []
    for workload in instance.workloads:
        shape = horizon.mean(demand_shape(instance, workload))
        total = float(shape @ horizon.hours_per_year)
        # Demand on none of the representative days is spread evenly.
        shapes.append(shape * HOURS_PER_YEAR / total if total > 0 else np.ones_like(shape))
    level = claims.by_year(workload.demand_gtok_per_h for workload in instance.workloads)
    growth = claims.by_year(group.demand_multiplier for group in claims.classes)
    length = [[answer_length(group, year) for year in horizon.years] for group in claims.classes]
    return np.asarray((level * growth * length)[:, :, None] * np.array(shapes)[:, None, :])


def _demand(claims: Claims) -> Iterator[Violation]:
    names, flow = claims.workload_ids, claims.placement["flow"].to_numpy()
    placed = [names[w] for w in claims.placement["w"]]
    yield from at_most(DEMAND, placed, -flow, 0.0, "flow is negative")
    served = claims.carried(flow, "w", len(names))
    message = "served demand is not the flow placed (Gtok/h)"
    yield from equal(DEMAND, names, claims.served, served, message)
    accounted = claims.served + claims.shed + deferral_rate(claims)
    message = "served, shed and deferred do not add up to accepted demand (Gtok/h)"
    yield from equal(DEMAND, names, accounted, claims.accepted, message)
    for what, value in (("served", claims.served), ("shed", claims.shed)):
        yield from at_most(DEMAND, names, -value, 0.0, f"{what} demand is negative")


def _curve(claims: Claims) -> Iterator[Violation]:
    """Check the steps of the demand curves and what is accepted of each."""
    steps = claims.steps
    names = [claims.workload_ids[w] for w in steps["w"]]
    low, high, taken = (steps[name].to_numpy() for name in ("low", "high", "taken"))
    message = "accepted part exceeds the step"
    yield from at_most(CURVE, names, taken, high - low, message)
    yield from at_most(CURVE, names, -taken, 0.0, "accepted part is negative")
    yield from at_most(CURVE, names, low, high, "a step ends before it begins")
    curve = steps.groupby(["w", "y"])
    before = curve["high"].shift(fill_value=0.0).to_numpy()
    yield from equal(CURVE, names, low, before, "steps are not contiguous")
    number, count = steps["step"].to_numpy(), np.array(curve.cumcount(), dtype=float)
    yield from equal(CURVE, names, number, count, "steps are not numbered from 0")
    value = steps["value"].to_numpy()
    most, least = willingness_to_pay(claims, low), willingness_to_pay(claims, high)
    used = high > low
    message = "value is not the willingness to pay within the step ($/Mtok)"
    yield from at_most(CURVE, names, np.where(used, value, most), most, message)
    yield from at_most(CURVE, names, least, np.where(used, value, least), message)
    end = curve["high"].max().to_numpy().reshape(len(claims.workload_ids), -1)
    expected = np.array([[group.end_multiple] for group in claims.classes]) + 0 * end
    message = "the steps do not end where the curve does"
    yield from equal(CURVE, claims.workload_ids, end, expected, message)


def _acceptance(claims: Claims) -> Iterator[Violation]:
    names, level = claims.workload_ids, _levels(claims)
    message = "is not demand at the reference price (Gtok/h)"
    yield from equal(DEMAND, names, claims.reference, level, message)
    multiple = claims.steps.groupby(["w", "y"])["taken"].sum().to_numpy()
    accepted = multiple.reshape(len(names), -1, 1) * level
    message = "accepted demand is not the sum of the steps times reference demand (Gtok/h)"
    yield from equal(CURVE, names, claims.accepted, accepted, message)
    forced = np.flatnonzero([group.must_serve for group in claims.classes])
    some = [names[w] for w in forced]
    message = "must be accepted in full (Gtok/h)"
    yield from equal(CURVE, some, claims.accepted[forced], level[forced], message)
    yield from at_most(CURVE, some, claims.shed[forced], 0.0, "must be served in full (Gtok/h)")


class _Curves:
    """Demand curves of some workloads in some years, every field of shape (n,)."""

    def __init__(self, claims: Claims, w: Ints, y: Ints) -> None:
        self.rows = [
            (claims.classes[i], claims.horizon.years[j]) for i, j in zip(w, y, strict=True)
        ]
        groups = [group for group, _ in self.rows]
        self.length = np.array([answer_length(*row) for row in self.rows])
        self.choke = np.array([group.choke_price_usd_per_mtok for group in groups]) / self.length
        self.elastic = np.array([g.elasticity < 0 and not g.must_serve for g in groups], dtype=bool)
        self.slope = np.where(self.elastic, [group.elasticity for group in groups], -1.0)
        stated = np.array([at_year(g.reference_price_usd_per_mtok, year) for g, year in self.rows])
        self.reference = np.where(self.elastic, stated / self.length, 1.0)
        ratio = np.where(self.elastic, self.choke, 1.0) / self.reference
        self.core = np.where(self.elastic, ratio**self.slope, np.inf)

    def area(self, quantity: Floats) -> Floats:
        """Area under the curve up to a quantity, $/Mtok times multiples of demand."""
        core = np.where(self.elastic, self.core, 1.0)
        beyond = np.where(self.elastic, np.maximum(quantity, core), 1.0)
        exponent = 1 + 1 / self.slope
        unit = np.abs(exponent) < 1e-9
        safe = np.where(unit, 1.0, exponent)
        falling = np.where(unit, np.log(beyond / core), (beyond**safe - core**safe) / safe)
        flat = self.choke * np.minimum(quantity, self.core)
        return np.asarray(flat + self.reference * falling)

    def received(self, price: Floats) -> Floats:
        """What of a price people pay is left for the cost of serving, $/Mtok."""
        at_length = price * self.length
        paid = [without_markup(*row, each) for row, each in zip(self.rows, at_length, strict=True)]
        return np.asarray(np.array(paid) / self.length)


def willingness_to_pay(claims: Claims, quantity: Floats) -> Floats:
    """Return the price at a quantity in each row of `claims.steps`, less the markup, $/Mtok."""
    curves = _Curves(claims, claims.steps["w"].to_numpy(), claims.steps["y"].to_numpy())
    inside = np.where(quantity > curves.core, quantity, 1.0)
    falling = curves.reference * inside ** (1 / curves.slope)
    return curves.received(np.where(quantity > curves.core, falling, curves.choke))


def demand_value(claims: Claims) -> Floats:
    """Return the area under each demand curve over what is accepted, less the markup, (W, Y).

    In $/Mtok times multiples of reference demand.
    """
    shape = len(claims.workload_ids), len(claims.horizon.years)
    w, y = (axis.ravel() for axis in np.indices(shape))
    curves, steps = _Curves(claims, w, y), claims.steps
    accepted = steps.groupby(["w", "y"])["taken"].sum().to_numpy()
    mean = curves.area(accepted) / np.where(accepted != 0, accepted, 1.0)
    value = curves.received(mean) * accepted
    if _are_chords(claims):
        value = (steps["value"] * steps["taken"]).groupby([steps["w"], steps["y"]]).sum().to_numpy()
    return np.asarray(value.reshape(shape))


def _are_chords(claims: Claims) -> bool:
    """Whether each step is worth its mean price, as earlier versions valued plans."""
    steps = claims.steps
    low, high, value = (steps[name].to_numpy() for name in ("low", "high", "value"))
    curves = _Curves(claims, steps["w"].to_numpy(), steps["y"].to_numpy())
    width = np.where(high > low, high - low, 1.0)
    mean = curves.received((curves.area(high) - curves.area(low)) / width)
    return bool(np.allclose(value[high > low], mean[high > low], rtol=RELATIVE, atol=ABSOLUTE))


def _placements(claims: Claims) -> Iterator[Violation]:
    """Check that the instance allows each (workload, site, configuration, year) with flow."""
    rules, instance = ServingRules(claims), claims.instance
    used = claims.placement[["w", "s", "c", "y"]].drop_duplicates()
    for w, s, c, y in used.itertuples(index=False, name=None):
        for claimed, allowed, message in rules.broken(w, s, c, y):
            where = f"{claims.workload_ids[w]} at {claims.site_ids[s]} by {instance.serving[c].id}"
            yield Violation("arcs", where, claimed, allowed, message)


class ServingRules:
    """Whether a configuration at a site may serve a workload in a year."""

    def __init__(self, claims: Claims) -> None:
        self.claims, self.instance = claims, claims.instance
        self.models = {model.id: model for model in self.instance.models}
        self.hardware = {row.id: row for row in self.instance.hardware}
        self.regions = {region.id: region for region in self.instance.regions}
        self.row_of = {region.id: i for i, region in enumerate(self.instance.regions)}
        self.rtt, _ = links(self.instance)

    def broken(self, w: int, s: int, c: int, y: int) -> list[tuple[float, float, str]]:
        """Return the figure, what is allowed, and the message of every rule that is broken."""
        workload, site = self.instance.workloads[w], self.instance.sites[s]
        serving, group = self.instance.serving[c], self.claims.classes[w]
        model, memory_gb = self.models[serving.model], self.hardware[serving.hardware].memory_gb
        quality = model.quality if serving.quality is None else serving.quality
        delay = self.rtt[self.row_of[workload.region], s] + serving.ttft_ms
        year = self.claims.horizon.years[y]
        local = site.kind == "device" or group.residency == "region"
        abroad = self.regions[workload.region].jurisdiction != site.jurisdiction
        rules = (
            (group.slo_ms < delay, delay, group.slo_ms, "exceeds the latency SLO (ms)"),
            (quality < group.quality_floor, quality, group.quality_floor, "quality is too low"),
            (
                serving.memory_gb > memory_gb,
                serving.memory_gb,
                memory_gb,
                "does not fit in memory (GB)",
            ),
            (site.kind not in group.site_kinds, 1, 0, "kind of site is not allowed"),
            (local and site.region != workload.region, 1, 0, "site is outside the region"),
            (
                group.residency == "jurisdiction" and abroad,
                1,
                0,
                "site is outside the jurisdiction",
            ),
            (year < site.available_from, year, site.available_from, "site is not available yet"),
            (year < model.available_from, year, model.available_from, "model is not available yet"),
        )
        return [
            (float(claimed), float(allowed), message)
            for wrong, claimed, allowed, message in rules
            if wrong
        ]


def _single_site(claims: Claims) -> Iterator[Violation]:
    """Check that one site carries all of a single-site workload's flow in a year."""
    rows = claims.placement
    at_site = np.zeros((len(claims.workload_ids), len(claims.site_ids), len(claims.horizon.years)))
    gtok = rows["flow"] * claims.horizon.hours_per_year[rows["k"]]
    np.add.at(at_site, (rows["w"], rows["s"], rows["y"]), gtok)
    single = np.flatnonzero([group.single_site for group in claims.classes])
    yield from at_most(
        "10 single site",
        [claims.workload_ids[w] for w in single],
        at_site.sum(axis=1)[single],
        at_site.max(axis=1)[single],
        "is served by more than one site (Gtok per year)",
    )


def unit_hours(claims: Claims) -> Floats:
    """Return the unit-hours of a Gtok of the answer alone, shape (configurations, Y)."""
    rows = claims.instance.serving
    gtok_per_h = np.array([[c.tokens_per_s * GTOK_PER_H_PER_TOK_PER_S] for c in rows])
    rate = gtok_per_h * claims.by_year(c.rate_multiplier for c in rows)
    tokens = np.array([[c.token_multiplier] for c in rows])
    return tokens / rate * [densing(claims.instance, year) for year in claims.horizon.years]


def loaded(claims: Claims) -> Floats:
    """Return the unit-hours per hour that are loaded on each pool, shape (P, Y, K)."""
    rows, hours = claims.placement, unit_hours(claims)
    raw = rows["flow"].to_numpy() * raw_tokens(claims)[rows["w"], rows["y"]]
    return claims.carried(raw * hours[rows["c"], rows["y"]], "p", len(claims.axes.pool))


def usable(claims: Claims) -> Floats:
    """Return the unit-hours per hour that units in use can be loaded with, shape (P, Y)."""
    pools = claims.instance.pools
    share = np.array([pool.duty_cycle * pool.max_utilisation for pool in pools])
    return share[:, None] * claims.in_use
