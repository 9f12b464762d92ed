"""Checks of sites and of what stands there: it can serve, it fits, and it is of the site's kind."""

from collections.abc import Iterator
from typing import Any

from optimizer.schema.base import at_year
from optimizer.schema.contents import Contents
from optimizer.schema.references import Fault
from optimizer.units import W_PER_MW

ROUNDING = 1e-9
"""Share of a site's space by which a sum may exceed it."""


def site_faults(contents: Contents) -> Iterator[Fault]:
    """Yield every fault in what stands, or may be built, at sites."""
    for check in (
        _devices_are_not_built,
        _contracts_are_of_the_grid,
        _sites_can_serve,
        _hardware_has_space,
    ):
        yield from check(contents)


def _devices_are_not_built(contents: Contents) -> Iterator[Fault]:
    devices = {key for key, site in contents.by_id("sites").items() if site.kind == "device"}
    for row, pool in contents.each("pools"):
        if pool.site in devices and pool.max_pods > 0:
            message = "must be 0: a device fleet's units are given by year, not built"
            yield Fault(("pools", row, "max_pods"), message, pool.max_pods)
    for table, what in (("site_generators", "generators"), ("site_storage", "storage")):
        for row, units in contents.each(table):
            if units.site in devices:
                message = f"is a device fleet, which has no {what}"
                yield Fault((table, row, "site"), message, units.site)


def _contracts_are_of_the_grid(contents: Contents) -> Iterator[Fault]:
    sites = contents.by_id("sites")
    for row, contract in contents.each("contracts"):
        if contract.site in sites and sites[contract.site].kind == "offgrid":
            message = "is off the grid, so it can draw on no contract"
            yield Fault(("contracts", row, "site"), message, contract.site)


def _sites_can_serve(contents: Contents) -> Iterator[Fault]:
    with_pools = contents.referred("pools", "site")
    with_generators = contents.referred("site_generators", "site")
    sites = () if "sites" in contents.unsure else contents.each("sites")
    for row, site in sites:
        if with_pools is not None and site.id not in with_pools:
            yield Fault(("sites", row), "has no pool of hardware, so it can serve nothing")
        if site.kind == "offgrid":
            if with_generators is not None and site.id not in with_generators:
                message = "is off-grid and has no generators, so it can serve nothing"
                yield Fault(("sites", row), message)
        elif site.redundant_units > 0:
            message = f"must be 0 at a {site.kind} site: only off-grid sites hold units back"
            yield Fault(("sites", row, "redundant_units"), message, site.redundant_units)
    served = contents.referred("serving", "hardware")
    types = contents.by_id("hardware")
    for row, pool in contents.each("pools"):
        if served is not None and pool.hardware in types and pool.hardware not in served:
            message = "no serving configuration runs on it, so it can serve nothing"
            yield Fault(("pools", row, "hardware"), message, pool.hardware)


def _hardware_has_space(contents: Contents) -> Iterator[Fault]:
    """What stands at an open site must fit, or there is no plan at all."""
    types = contents.by_id("hardware")
    standing: dict[str, list[Any]] = {}
    for _, pool in contents.each("pools"):
        if pool.hardware in types:
            standing.setdefault(pool.site, []).append(pool)
    years = contents.sections["time"].years if "time" in contents.sections else ()
    for row, site in contents.each("sites"):
        if site.it_limit_mw is None or not site.existing:
            continue
        for year in years:
            needed = sum(
                at_year(pool.existing_units, year) * types[pool.hardware].loaded_w / W_PER_MW
                for pool in standing.get(site.id, ())
            )
            limit = at_year(site.it_limit_mw, year)
            if year >= site.available_from and needed > limit * (1 + ROUNDING):
                message = (
                    f"is {limit:.6g} MW in {year}, less than the {needed:.6g} MW that the"
                    " existing_units of its pools take at loaded_w"
                )
                yield Fault(("sites", row, "it_limit_mw"), message)
                break
