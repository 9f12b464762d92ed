"""A whole synthetic instance."""

from optimizer.schema.instance import (
    AccessLatency,
    Instance,
    Intervention,
    Money,
    Network,
    Time,
)
from synthetic import demand, grid, technology
from synthetic.geography import geography
from synthetic.need import hardware_mw
from synthetic.size import DISCOUNT_RATE, Size
from synthetic.supply import supply


def build(size: Size) -> Instance:
    """Draw an instance; the same size and seed give the same one."""
    place = geography(size)
    groups = demand.classes(size)
    rows = demand.workloads(size, place, groups)
    first_mw, last_mw = (
        hardware_mw(size, rows, groups, year) for year in (size.periods[0], size.periods[-1])
    )
    sites, pools, turbines = supply(size, place, first_mw, last_mw)
    return Instance(
        name=f"synthetic-{size.regions}x{size.classes}-{len(sites)}-{size.seed}",
        title=f"Synthetic: {size.regions} regions, {size.classes} classes, {len(sites)} sites",
        description="Drawn from a seed by benchmarks/generate.py; no source for anything.",
        money=Money(dollar_year=2025, discount_rate=DISCOUNT_RATE),
        time=Time(years=size.periods, days=size.days, hours_per_step=1, utc_offset_h=-6),
        network=Network(access_ms=AccessLatency(edge=5, cloud=10, offgrid=15)),
        regions=place.regions,
        profiles=(*demand.profiles(), *grid.profiles(size)),
        classes=groups,
        workloads=tuple(rows),
        zones=grid.zones(size, place, last_mw),
        capacity_areas=grid.capacity_areas(place),
        models=technology.MODELS,
        hardware=technology.hardware(size),
        serving=technology.serving(size),
        generators=technology.GENERATORS if turbines else (),
        sites=tuple(sites),
        pools=tuple(pools),
        site_generators=tuple(turbines),
        interventions=(
            Intervention(
                id="edge",
                description="serving on devices and at the edge",
                site_kinds=("device", "edge"),
            ),
        ),
    )
