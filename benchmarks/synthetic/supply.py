"""Device fleets, edge sites, clouds and off-grid campuses, with their pools and turbines."""

import math

from optimizer.problem.annuity import capital_recovery_factor
from optimizer.schema.base import at_year
from optimizer.schema.sites import Pool, Site, SiteGenerator, SiteKind
from optimizer.units import HOURS_PER_YEAR, W_PER_MW
from synthetic import technology
from synthetic.geography import Floats, Geography
from synthetic.grid import zone_id
from synthetic.size import DISCOUNT_RATE, FIRST_YEAR, ONE_YEAR, Size

PHONES_PER_PERSON = 0.8
PHONE_DUTY_CYCLE = 0.03
BOXES_PER_POD = 20
UNITS_PER_POD = {"syn-node": 700, "syn-rack": 50}
EDGE_SHARE = 0.15
SPARE_SPACE = 1.8
EXISTING_SHARE = 0.5
SHELL_USD_PER_MW = 11e6
SHELL_LIFE_YEARS = 20
PUE = {"edge": 1.35, "cloud": 1.2, "offgrid": 1.2}
TYPICAL_ENERGY_USD_PER_MWH = 55.0
TYPICAL_FILL = 0.8
CAMPUS_PART = 0.55
"""Part of all variable cost that arises at clouds and campuses, as small instances solve."""

GAS_USD_PER_MMBTU = 3.5
MAX_UTILISATION = 0.8

Supply = tuple[list[Site], list[Pool], list[SiteGenerator]]


def supply(size: Size, place: Geography, first_mw: Floats, last_mw: Floats) -> Supply:
    """Draw every site.

    Parameters
    ----------
    size, place
        The instance's size and geography.
    first_mw, last_mw : ndarray, shape (R,)
        Hardware power that each region's demand needs in the first and the last year.
    """
    sites: list[Site] = []
    pools: list[Pool] = []
    _close_to_people(size, place, last_mw, sites, pools)
    turbines = _campuses(size, place, float(first_mw.sum()), float(last_mw.sum()), sites, pools)
    return sites, pools, turbines


def _close_to_people(
    size: Size, place: Geography, last_mw: Floats, sites: list[Site], pools: list[Pool]
) -> None:
    """Add a device fleet and an edge site in every region."""
    box_mw = _loaded_mw()["syn-box"]
    for r, region in enumerate(place.regions):
        zone = zone_id(int(place.zone[r]))
        device, edge = f"device-{region.id}", f"edge-{region.id}"
        sites += [
            Site(id=device, kind="device", region=region.id, zone=zone, jurisdiction="US"),
            Site(
                id=edge,
                kind="edge",
                region=region.id,
                zone=zone,
                jurisdiction="US",
                pue=PUE["edge"],
                energy_adder_usd_per_mwh=40,
            ),
        ]
        phones = round(float(place.people[r]) * PHONES_PER_PERSON)
        pods = max(1, round(float(last_mw[r]) * EDGE_SHARE / box_mw / BOXES_PER_POD))
        pools += [
            Pool(
                site=device,
                hardware="syn-phone",
                existing_units=size.growth(0.02, phones, digits=0),
                duty_cycle=PHONE_DUTY_CYCLE,
            ),
            Pool(
                site=edge,
                hardware="syn-box",
                existing_units=BOXES_PER_POD,
                units_per_pod=BOXES_PER_POD,
                max_pods=pods,
                max_utilisation=MAX_UTILISATION,
            ),
        ]


def _campuses(
    size: Size,
    place: Geography,
    first_mw: float,
    last_mw: float,
    sites: list[Site],
    pools: list[Pool],
) -> list[SiteGenerator]:
    """Add clouds, zone after zone and then anywhere, and off-grid campuses."""
    random = size.random("campuses")
    count = size.clouds + size.offgrid
    if not count:
        return []
    smallest = 2 * max(n * _loaded_mw()[unit] for unit, n in UNITS_PER_POD.items())
    space = last_mw * SPARE_SPACE / count * random.lognormal(-0.08, 0.4, count)
    turbines = []
    for n in range(count):
        offgrid = n >= size.clouds
        home = _home(place, n) if n < place.zones else int(random.integers(size.regions))
        region = place.regions[home]
        mw = round(max(float(space[n]), smallest), 2)
        existing = not offgrid and size.fixed_cost_share is None and n % 2 == 0
        name = f"campus{n - size.clouds:02d}" if offgrid else f"cloud{n:02d}"
        kind: SiteKind = "offgrid" if offgrid else "cloud"
        sites.append(
            Site(
                id=name,
                kind=kind,
                region=region.id,
                zone=None if offgrid else zone_id(int(place.zone[home])),
                latitude_deg=round(region.latitude_deg + random.uniform(-0.5, 0.5), 3),
                longitude_deg=round(region.longitude_deg + random.uniform(-0.5, 0.5), 3),
                jurisdiction="US",
                pue=PUE[kind],
                existing=existing,
                opening_cost_usd=0.0 if existing else _opening_cost_usd(size, mw),
                opening_life_years=SHELL_LIFE_YEARS,
                it_limit_mw=mw,
                redundant_units=1 if offgrid else 0,
            )
        )
        share = EXISTING_SHARE * first_mw / max((size.clouds + 1) // 2, 1) if existing else 0.0
        lead_years = 0 if existing else min(1, size.years - 1)
        pools += _servers(name, mw, min(share, mw), lead_years)
        if offgrid:
            turbines.append(_turbines(name, mw, lead_years))
    return turbines


def _servers(site: str, mw: float, existing_mw: float, lead_years: int) -> list[Pool]:
    """Nodes and racks, half of the existing power each; either may fill the space."""
    loaded = _loaded_mw()
    return [
        Pool(
            site=site,
            hardware=unit,
            existing_units=int(existing_mw / len(UNITS_PER_POD) / loaded[unit]),
            units_per_pod=per_pod,
            max_pods=max(1, int(mw / (per_pod * loaded[unit]))),
            max_utilisation=MAX_UTILISATION,
            lead_years=lead_years,
        )
        for unit, per_pod in UNITS_PER_POD.items()
    ]


def _turbines(site: str, mw: float, lead_years: int) -> SiteGenerator:
    """Enough turbines for a full campus, and one that may be out."""
    turbine = technology.GENERATORS[0]
    firm = turbine.unit_mw * turbine.derate
    return SiteGenerator(
        site=site,
        generator=turbine.id,
        max_units=math.ceil(mw * PUE["offgrid"] / firm) + 1,
        lead_years=lead_years,
        fuel_price_usd_per_mmbtu=GAS_USD_PER_MMBTU,
    )


def _home(place: Geography, zone: int) -> int:
    """First region of a zone."""
    return int((place.zone == zone).argmax())


def _opening_cost_usd(size: Size, mw: float) -> float:
    """Cost of a shell, or the cost at which openings have about their wanted share of all."""
    share = size.fixed_cost_share
    if share is None:
        return round(SHELL_USD_PER_MW * mw, -3)
    factor = capital_recovery_factor(DISCOUNT_RATE, SHELL_LIFE_YEARS)
    variable = TYPICAL_FILL * _variable_usd_per_mw_year() * mw / CAMPUS_PART
    yearly = share / (1 - share) * variable
    return round(yearly / factor, -3)


def _variable_usd_per_mw_year() -> float:
    """Yearly cost of a MW of racks: annuity, operation and energy."""
    rack = next(h for h in technology.hardware(ONE_YEAR) if h.id == "syn-rack")
    factor = capital_recovery_factor(DISCOUNT_RATE, rack.life_years)
    usd = at_year(rack.capex_usd, FIRST_YEAR) * factor + rack.operation_usd_per_unit_year
    energy = TYPICAL_ENERGY_USD_PER_MWH * HOURS_PER_YEAR * PUE["cloud"] * MAX_UTILISATION
    return usd / _loaded_mw()["syn-rack"] + energy


def _loaded_mw() -> dict[str, float]:
    return {h.id: h.loaded_w / W_PER_MW for h in technology.hardware(ONE_YEAR)}
