"""What is certainly wrong across records, in an instance built in Python."""

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import ValidationError

from optimizer.load import load_instance
from optimizer.schema.catalog import Generator
from optimizer.schema.grid import CapacityArea
from optimizer.schema.instance import Assumption, Instance, Intervention
from optimizer.schema.sites import Site, SiteGenerator
from tests.broken.case import BASE

BASIS = load_instance(BASE)
PHONES, ASHBURN = BASIS.sites
HANDSET, SERVER = BASIS.hardware
CAMPUS = Site(id="campus", kind="offgrid", region="WEST", redundant_units=1)
TURBINE = Generator(id="turbine", unit_mw=34, capex_usd_per_kw={0: 1500}, life_years=20)


def area(key: str, *zones: str) -> CapacityArea:
    return CapacityArea(
        id=key,
        zones=zones,
        forecast_pool_requirement={0: 0.93},
        capacity_price_usd_per_mw_day={0: 333.44},
    )


def assumption(path: str, alike: str = "") -> Assumption:
    return Assumption(
        path=path, meaning="m", unit="MW", value=1, low=0, high=2, source="ASSUMED", alike=alike
    )


def changed(record: Any, **fields: Any) -> Any:
    return record.model_copy(update=fields)


def build(**tables: Any) -> Instance:
    return Instance(**{**dict(BASIS), **tables})


def faults(**tables: Any) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        build(**tables)
    (error,) = caught.value.errors()
    return error["msg"].removeprefix("Value error, ").splitlines()


CASES: Mapping[str, tuple[dict[str, Any], list[str]]] = {
    "devices are not built": (
        {"pools": (changed(BASIS.pools[0], max_pods=3), BASIS.pools[1])},
        ["pools.phones/handset.max_pods: must be 0: the units of a device fleet are given by"
         " year, not"
         " built"],
    ),
    "devices have no generators": (
        {"generators": (TURBINE,),
         "site_generators": (SiteGenerator(site="phones", generator="turbine"),)},
        ["site_generators.phones/turbine.site: is a device fleet, which cannot have generators"],
    ),
    "a site without hardware": (
        {"pools": BASIS.pools[:1]},
        ["sites.ashburn: has no pool of hardware, so it cannot serve"],
    ),
    "an off-grid site without generators": (
        {"sites": (*BASIS.sites, CAMPUS),
         "pools": (*BASIS.pools, changed(BASIS.pools[1], site="campus"))},
        ["sites.campus: is off-grid and has no generators, so it cannot serve"],
    ),
    "redundancy on the grid": (
        {"sites": (PHONES, changed(ASHBURN, redundant_units=2))},
        ["sites.ashburn.redundant_units: must be 0 at a cloud site: only off-grid sites keep"
         " redundant"
         " units"],
    ),
    "hardware that nothing runs on": (
        {"serving": BASIS.serving[:1]},
        ["pools.ashburn/server.hardware: no serving configuration uses it, so it cannot serve"],
    ),
    "idle above loaded": (
        {"hardware": (changed(HANDSET, idle_w=7.0), SERVER)},
        ["hardware.handset.loaded_w: must be at least its idle_w, 7 (W)",
         "serving.small-handset.loaded_w: must be at least the idle_w of handset, 7 (W)"],
    ),
    "more active than all": (
        {"models": (changed(BASIS.models[0], active_params_b=2.0), BASIS.models[1])},
        ["models.small.active_params_b: must be at most its total_params_b, 1 (1e9)"],
    ),
    "a zone in two areas": (
        {"capacity_areas": (area("RTO", "DOM"), area("MAD", "DOM", "DOM"))},
        ["capacity_areas.MAD.zones.0: is already in RTO; a zone can belong to only one capacity"
         " area",
         "capacity_areas.MAD.zones.1: is already in RTO; a zone can belong to only one capacity"
         " area"],
    ),
    "a zone listed twice": (
        {"capacity_areas": (area("RTO", "DOM", "DOM"),)},
        ["capacity_areas.RTO.zones.1: is listed twice"],
    ),
    "an intervention that names nothing": (
        {"interventions": (Intervention(id="i", site_kinds=("edge", "offgrid")),)},
        ["interventions.i.site_kinds: matches nothing: there is no site of kind edge or offgrid"],
    ),
    "a zone on a region's clock": (
        {"zones": (changed(BASIS.zones[0], other_profile="evening"),)},
        ["zones.DOM.other_profile: its clock is local, but a zone has no region; set the clock to"
         " instance"],
    ),
    "output above nameplate": (
        {"sites": (*BASIS.sites, CAMPUS), "generators": (TURBINE,),
         "pools": (*BASIS.pools, changed(BASIS.pools[1], site="campus")),
         "site_generators": (SiteGenerator(
             site="campus", generator="turbine", availability_profile="system"),)},
        ["site_generators.campus/turbine.availability_profile: is a share of nameplate capacity"
         " and must be at most 1 in every hour; it reaches 1.2"],
    ),
    "years far from the periods": (
        {"zones": (changed(BASIS.zones[0], limit_mw={2026: 1.0, 20227: 2.0}),),
         "workloads": (changed(BASIS.workloads[0], demand_gtok_per_h={0: 1.0, 2026: 1.0}),)},
        ["workloads.EAST/chat.demand_gtok_per_h.0: a year must be between 1976 and 2077, close to"
         " the periods",
         "zones.DOM.limit_mw.20227: a year must be between 1976 and 2077, close to the periods"],
    ),
    "assumptions that lead nowhere": (
        {"assumptions": tuple(map(assumption, (
            "zones.DMO.limit_mw", "zone.DOM", "network.ms_per_mile", "classes.x*", "time.days.3",
        )))},
        ["assumptions.zones.DMO.limit_mw.path: leads nowhere: no DMO in zones; did you mean DOM?",
         "assumptions.zone.DOM.path: leads nowhere: no zone in an instance; did you mean zones?",
         "assumptions.network.ms_per_mile.path: leads nowhere: no ms_per_mile in network; did you"
         " mean ms_per_km?",
         "assumptions.classes.x*.path: leads nowhere: no x* in classes",
         "assumptions.time.days.3.path: leads nowhere: no 3 in time.days"],
    ),
    "assumptions with what cannot be alike": (
        {"assumptions": (
            assumption("zones.DOM.limit_mw", "zones.DMO.limit_mw network.ms_per_km time.dayz"),
            assumption("classes.*", "classes.chat.name workloads.*/chad.demand_gtok_per_h zones"),
            assumption("workloads.*", "workloads.*/chat.demand_gtok_per_h"
                       " workloads.EAST/*.demand_gtok_per_h zones.DOM.limit_mw.20*"),
            assumption("zones.*", "zones.DOM.limit_mw.2027 zones.*.limit_mw"),
        )},
        ["assumptions.zones.DOM.limit_mw.alike: leads nowhere: no DMO in zones; did you mean DOM?",
         "assumptions.zones.DOM.limit_mw.alike: leads nowhere: no dayz in time; did you mean days?",
         "assumptions.classes.*.alike: does not lead to a number, so there is nothing to scale",
         "assumptions.classes.*.alike: leads nowhere: no */chad in workloads; did you mean"
         " chat?",
         "assumptions.classes.*.alike: does not lead to a number, so there is nothing to scale",
         "assumptions.workloads.*.alike: leads to workloads.EAST/chat.demand_gtok_per_h, as"
         " workloads.*/chat.demand_gtok_per_h does, so it would be scaled twice",
         "assumptions.workloads.*.alike: has 20* where no id is expected: a pattern can only"
         " replace an id",
         "assumptions.zones.*.alike: leads to zones.DOM.limit_mw, as zones.DOM.limit_mw.2027"
         " does, so it would be scaled twice"],
    ),
    "references with the rest": (
        {"sites": (PHONES, changed(ASHBURN, zone="AEP", redundant_units=1))},
        ["sites.ashburn.zone: no such id in zones; zones has DOM",
         "sites.ashburn.redundant_units: must be 0 at a cloud site: only off-grid sites keep"
         " redundant units"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_each_inconsistency_has_its_message(name: str) -> None:
    tables, expected = CASES[name]
    assert faults(**tables) == expected


@pytest.mark.parametrize(
    "path",
    [
        "zones.DOM.limit_mw",
        "zones.DOM.limit_mw.2027",
        "zones.DOM.energy_price_usd_per_mwh.2030",
        "zones.DOM.capacity_mw.2027",
        "zones.*",
        "classes.c*",
        "classes.*.elasticity",
        "workloads.EAST/chat.demand_gtok_per_h",
        "network.access_ms.edge",
        "hardware.server.capex_usd.*",
        "pools.phones/handset.duty_cycle",
        "time.years.0",
        "profiles.evening.values",
    ],
)
def test_valid_assumption_paths_are_accepted(path: str) -> None:
    assert build(assumptions=(assumption(path),)).assumptions[0].path == path


def test_a_valid_campus_has_no_faults() -> None:
    campus = build(
        sites=(*BASIS.sites, CAMPUS),
        generators=(TURBINE,),
        pools=(*BASIS.pools, changed(BASIS.pools[1], site="campus")),
        site_generators=(SiteGenerator(site="campus", generator="turbine"),),
    )
    assert campus.sites[-1].redundant_units == 1


@pytest.mark.parametrize(
    "override",
    [
        "zones.DOM.limit_mw=0",
        "zones.DOM.limit_mw=",
        "pools.ashburn/server.max_pods=0",
        "pools.phones/handset.existing_units=0",
        "workloads.EAST/chat.demand_gtok_per_h=0",
    ],
)
def test_extreme_values_that_a_study_may_need_are_accepted(override: str) -> None:
    assert load_instance(BASE, [override]) != BASIS
