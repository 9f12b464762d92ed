"""Feasible placements: which (workload, site, configuration) may carry work, or why it may not.

They are determined once, before the program is built.  Every refused triple keeps the first
reason in the order of `Refusal`.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from optimizer.problem.arrays import Bools, Floats, Ints, by_year, positions
from optimizer.problem.hourly_levels import lowest_price
from optimizer.schema.instance import Instance
from optimizer.units import (
    EARTH_RADIUS_KM,
    GTOK_PER_H_PER_TOK_PER_S,
    MWH_PER_GTOK_PER_J_PER_TOK,
)


class Refusal(IntEnum):
    """Why a (workload, site, configuration) is infeasible; 0 if it is feasible."""

    NONE = 0
    SITE_KIND = 1
    NO_HARDWARE = 2
    RESIDENCY = 3
    QUALITY = 4
    MEMORY = 5
    LATENCY = 6
    NOT_YET = 7
    DOMINATED = 8


REASONS: dict[Refusal, str] = {
    Refusal.NONE: "feasible",
    Refusal.SITE_KIND: "the class may not be served by this kind of site",
    Refusal.NO_HARDWARE: "the site has no pool of this hardware",
    Refusal.RESIDENCY: "residency: the site is outside the area where the data must stay",
    Refusal.QUALITY: "the model's quality is below the floor",
    Refusal.MEMORY: "the model does not fit in the hardware's memory",
    Refusal.LATENCY: "round trip plus time to first token exceeds the SLO",
    Refusal.NOT_YET: "site or model is not available within the horizon",
    Refusal.DOMINATED: "another configuration on the same hardware is at least as good",
}


@dataclass(frozen=True)
class Arcs:
    """Feasible placements of an instance, and why the others are refused.

    Attributes
    ----------
    workload, site, serving, pool : ndarray of int, shape (A,)
        Positions in the instance's tables.
    first_year : ndarray of int, shape (A,)
        First year in which site and model are both available.
    rtt_ms : ndarray, shape (R, S)
        Round trip between region and site.
    network_usd_per_mtok : ndarray, shape (R, S)
        Cost of carrying the work between region and site.
    refusal : ndarray of int8, shape (W, S, C)
        `Refusal` of every triple.
    """

    workload: Ints
    site: Ints
    serving: Ints
    pool: Ints
    first_year: Ints
    rtt_ms: Floats
    network_usd_per_mtok: Floats
    refusal: npt.NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.workload)


def find_arcs(instance: Instance, intervention_models: frozenset[str] = frozenset()) -> Arcs:
    """Find every feasible placement.

    Parameters
    ----------
    instance : Instance
    intervention_models : frozenset of str
        Ids of models that the baseline of a comparison lacks: a configuration never dominates
        another across this line, so that both worlds keep their own best.

    Returns
    -------
    Arcs
        In the order workload, site, configuration.
    """
    workloads, sites, serving = instance.workloads, instance.sites, instance.serving
    region_at, class_at = positions(instance.regions), positions(instance.classes)
    w_region = np.array([region_at[w.region] for w in workloads])
    w_class = np.array([class_at[w.workload_class] for w in workloads])
    rtt, network = links(instance)

    pools = {(pool.site, pool.hardware): p for p, pool in enumerate(instance.pools)}
    pool_at = np.array([[pools.get((s.id, c.hardware), -1) for c in serving] for s in sites])

    models = {model.id: model for model in instance.models}
    memory = {hardware.id: hardware.memory_gb for hardware in instance.hardware}
    quality = np.array(
        [models[c.model].quality if c.quality is None else c.quality for c in serving]
    )
    fits = np.array([c.memory_gb <= memory[c.hardware] for c in serving])
    ttft = np.array([c.ttft_ms for c in serving])
    start = np.maximum(
        np.array([site.available_from for site in sites])[:, None],
        np.array([models[c.model].available_from for c in serving])[None, :],
    )
    slo = np.array([group.slo_ms for group in instance.classes])[w_class]
    floor = np.array([group.quality_floor for group in instance.classes])[w_class]
    kind_allowed = np.array([[s.kind in g.site_kinds for s in sites] for g in instance.classes])
    may_stay = _residency(instance)[w_region, :, w_class]
    delay = rtt[w_region][:, :, None] + ttft[None, None, :]

    tests: tuple[tuple[Refusal, Bools], ...] = (
        (Refusal.SITE_KIND, ~kind_allowed[w_class][:, :, None]),
        (Refusal.NO_HARDWARE, (pool_at < 0)[None]),
        (Refusal.RESIDENCY, ~may_stay[:, :, None]),
        (Refusal.QUALITY, quality[None, None, :] < floor[:, None, None]),
        (Refusal.MEMORY, ~fits[None, None, :]),
        (Refusal.LATENCY, delay > slo[:, None, None]),
        (Refusal.NOT_YET, (start > instance.time.years[-1])[None]),
    )
    refusal = np.zeros((len(workloads), len(sites), len(serving)), dtype=np.int8)
    for reason, refused in tests:
        refusal[(refusal == 0) & refused] = reason
    _drop_dominated(instance, refusal, start, intervention_models)
    workload, site, configuration = np.nonzero(refusal == 0)
    return Arcs(
        workload=workload,
        site=site,
        serving=configuration,
        pool=pool_at[site, configuration],
        first_year=start[site, configuration],
        rtt_ms=rtt,
        network_usd_per_mtok=network,
        refusal=refusal,
    )


def links(instance: Instance) -> tuple[Floats, Floats]:
    """Round trip (ms) and carrying cost ($/Mtok) between regions and sites, shape (R, S).

    A link's own figures if given; otherwise the network's fit over great-circle distance plus
    the access latency of the site's kind, and the network's cost.  A device serves its owner
    without a network.
    """
    network = instance.network
    distance = distance_km(instance)
    on_device = np.array([site.kind == "device" for site in instance.sites])
    access = np.array(
        [
            network.access_ms.of(s.kind) if s.access_ms is None else s.access_ms
            for s in instance.sites
        ]
    )
    travel = network.base_ms + network.ms_per_km * distance
    rtt = np.where(on_device, 0.0, travel) + access
    cost = np.where(on_device, 0.0, network.cost_usd_per_mtok) * np.ones_like(rtt)
    region_at, site_at = positions(instance.regions), positions(instance.sites)
    for link in instance.links:
        pair = region_at[link.region], site_at[link.site]
        if link.rtt_ms is not None:
            rtt[pair] = link.rtt_ms
        if link.cost_usd_per_mtok is not None:
            cost[pair] = link.cost_usd_per_mtok
    return rtt, cost


def distance_km(instance: Instance) -> Floats:
    """Great-circle distance between regions and sites, km, shape (R, S)."""
    regions = {region.id: region for region in instance.regions}
    place = np.radians([[r.latitude_deg, r.longitude_deg] for r in instance.regions])
    site_place = np.radians(
        [
            [
                regions[s.region or ""].latitude_deg if s.latitude_deg is None else s.latitude_deg,
                regions[s.region or ""].longitude_deg
                if s.longitude_deg is None
                else s.longitude_deg,
            ]
            for s in instance.sites
        ]
    )
    half = np.sin((place[:, None, :] - site_place[None, :, :]) / 2) ** 2
    chord = half[..., 0] + np.cos(place[:, None, 0]) * np.cos(site_place[None, :, 0]) * half[..., 1]
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(chord)))


def needs_per_gtok(instance: Instance) -> tuple[Floats, Floats]:
    """Unit-hours and marginal MWh of a Gtok by configuration and year, shape (C, Y) each.

    They exclude densing and tokens per query, which scale all configurations alike.
    """
    serving, years = instance.serving, instance.time.years
    idle_w = {hardware.id: hardware.idle_w for hardware in instance.hardware}
    raw = np.array([[row.token_multiplier] for row in serving])
    rate = np.array([[row.tokens_per_s] for row in serving])
    above_idle_w = np.array([[row.loaded_w - idle_w[row.hardware]] for row in serving])
    rate_by_year = rate * by_year([row.rate_multiplier for row in serving], years)
    energy_by_year = by_year([row.energy_multiplier for row in serving], years)
    unit_hours = raw / (rate_by_year * GTOK_PER_H_PER_TOK_PER_S)
    return unit_hours, raw * above_idle_w / rate * energy_by_year * MWH_PER_GTOK_PER_J_PER_TOK


def _residency(instance: Instance) -> Bools:
    """Whether a region's data may be served at a site, by class; shape (R, S, classes).

    A device fleet serves only the people of its own region, whatever the class.
    """
    regions, sites = instance.regions, instance.sites
    same_region = np.array([[s.region == r.id for s in sites] for r in regions])
    same_law = np.array([[s.jurisdiction == r.jurisdiction for s in sites] for r in regions])
    own_device = same_region | np.array([[s.kind != "device" for s in sites]])
    allowed = {
        "any": own_device,
        "jurisdiction": own_device & same_law,
        "region": same_region,
    }
    return np.stack([allowed[group.residency] for group in instance.classes], axis=-1)


def _drop_dominated(
    instance: Instance,
    refusal: npt.NDArray[np.int8],
    start: Ints,
    intervention_models: frozenset[str],
) -> None:
    """Refuse configurations that another on the same hardware dominates for the same work.

    Both load one pool; the other needs no more unit-hours and no more energy per token of the
    answer in any year, and is available no later.  Of equals the first is kept.  If energy may
    have a negative price, using more of it may be better, and none is refused.
    """
    serving = instance.serving
    adders = [site.energy_adder_usd_per_mwh for site in instance.sites]
    prices = [lowest_price(instance, zone) for zone in instance.zones]
    prices += [p for contract in instance.contracts for p in contract.price_usd_per_mwh.values()]
    rising = [
        adder
        for zone in instance.zones
        for block in zone.supply_blocks
        for adder in block.adder_usd_per_mwh.values()
    ]
    if min(prices, default=0.0) + min(adders) + min([0.0, *rising]) < 0:
        return
    load, energy = needs_per_gtok(instance)
    for b, worse in enumerate(serving):
        for a, better in enumerate(serving):
            if a == b or better.hardware != worse.hardware:
                continue
            if (better.model in intervention_models) != (worse.model in intervention_models):
                continue
            no_worse = (load[a] <= load[b]).all() and (energy[a] <= energy[b]).all()
            equal = (load[a] == load[b]).all() and (energy[a] == energy[b]).all()
            if not no_worse or (equal and a > b):
                continue
            on_time = (start[:, a] <= start[:, b])[None, :]
            both = (refusal[:, :, a] == 0) & (refusal[:, :, b] == 0) & on_time
            refusal[:, :, b][both] = Refusal.DOMINATED
