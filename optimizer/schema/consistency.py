"""Checks across records for what is wrong whatever a study varies.

A pool that cannot be built or a limit of zero is valid, since a what-if may need it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from optimizer.schema.assumed import alike_faults, unresolved
from optimizer.schema.base import EVERY_YEAR, Record, at_year
from optimizer.schema.contents import Contents
from optimizer.schema.densing import densing_faults
from optimizer.schema.interventions import intervention_faults
from optimizer.schema.profile_uses import profile_faults
from optimizer.schema.references import Fault, Names, address, check_references
from optimizer.schema.training import training_faults
from optimizer.units import W_PER_MW

YEARS_AROUND = 50
"""Years before the first or after the last period beyond which a year must be a typo."""


ROUNDING = 1e-9
"""Share of a site's IT limit by which a sum may exceed it."""


class FaultsFoundError(ValueError):
    """Faults across the records of an instance; its text lists every one."""

    def __init__(self, faults: Sequence[Fault], names: Names) -> None:
        self.faults = tuple(faults)
        lines = [f"{address(fault.location, names)}: {fault}" for fault in faults]
        super().__init__("\n".join(lines))


def find_faults(contents: Contents) -> Iterator[Fault]:
    """Yield every fault across records: invalid references first, then inconsistencies."""
    yield from check_references(contents.names, contents.unsure)
    for check in (
        _devices_are_not_built,
        _contracts_are_of_the_grid,
        _sites_can_serve,
        _hardware_has_space,
        _hardware_is_plausible,
        _models_are_plausible,
        _areas_are_disjoint,
        _interventions_name_something,
        intervention_faults,
        profile_faults,
        _years_are_near,
        densing_faults,
        training_faults,
        _assumptions_lead_somewhere,
    ):
        yield from check(contents)


def _hardware_is_plausible(contents: Contents) -> Iterator[Fault]:
    for row, hardware in contents.each("hardware"):
        if hardware.loaded_w < hardware.idle_w:
            message = f"must be at least its idle_w, {hardware.idle_w:g} (W)"
            yield Fault(("hardware", row, "loaded_w"), message, hardware.loaded_w)
    types = contents.by_id("hardware")
    for row, serving in contents.each("serving"):
        hardware = types.get(serving.hardware)
        if hardware is not None and serving.loaded_w < hardware.idle_w:
            message = f"must be at least the idle_w of {hardware.id}, {hardware.idle_w:g} (W)"
            yield Fault(("serving", row, "loaded_w"), message, serving.loaded_w)


def _models_are_plausible(contents: Contents) -> Iterator[Fault]:
    for row, model in contents.each("models"):
        computed = model.total_params_b - model.lookup_params_b
        if model.active_params_b > computed:
            least = " less lookup_params_b" if model.lookup_params_b else ""
            message = f"must be at most its total_params_b{least}, {computed:g} (1e9)"
            yield Fault(("models", row, "active_params_b"), message, model.active_params_b)


def _areas_are_disjoint(contents: Contents) -> Iterator[Fault]:
    first: dict[str, tuple[int, str]] = {}
    for row, area in contents.each("capacity_areas"):
        for index, zone in enumerate(area.zones):
            held, name = first.setdefault(zone, (row, area.id))
            where = ("capacity_areas", row, "zones", index)
            if held != row:
                message = f"is already in {name}; a zone can belong to only one capacity area"
                yield Fault(where, message, zone)
            elif zone in area.zones[:index]:
                yield Fault(where, "is listed twice", zone)


def _interventions_name_something(contents: Contents) -> Iterator[Fault]:
    kinds = {site.kind for _, site in contents.each("sites")}
    for row, intervention in contents.each("interventions"):
        wanted = intervention.site_kinds
        if not wanted or intervention.sites or intervention.models or not kinds.isdisjoint(wanted):
            continue
        if "sites" in contents.whole - contents.unsure:
            message = f"matches nothing: there is no site of kind {' or '.join(wanted)}"
            yield Fault(("interventions", row, "site_kinds"), message)


def _years_are_near(contents: Contents) -> Iterator[Fault]:
    if "time" not in contents.sections:
        return
    years = contents.sections["time"].years
    first, last = min(years) - YEARS_AROUND, max(years) + YEARS_AROUND
    records: list[tuple[tuple[str | int, ...], Record]] = [
        ((name,), record) for name, record in contents.sections.items()
    ]
    records += [
        ((table, row), record) for table in contents.records for row, record in contents.each(table)
    ]
    for where, record in records:
        for location, path in _yearly_paths(where, record):
            for year in path:
                if not (first <= year <= last or path.keys() == {EVERY_YEAR}):
                    message = f"a year must be between {first} and {last}, close to the periods"
                    yield Fault((*location, year), message)


def _yearly_paths(
    where: tuple[str | int, ...], record: Record
) -> Iterator[tuple[tuple[str | int, ...], dict[int, Any]]]:
    """Yield every yearly path in a record and in the records inside it, with its place."""
    for field, value in record.__dict__.items():
        name = "class" if field == "workload_class" else field
        if isinstance(value, dict):
            yield (*where, name), value
        elif isinstance(value, tuple):
            for index, inner in enumerate(value):
                if isinstance(inner, Record):
                    yield from _yearly_paths((*where, name, index), inner)


def _assumptions_lead_somewhere(contents: Contents) -> Iterator[Fault]:
    top = contents.by_name
    for row, assumption in contents.each("assumptions"):
        known = [path for path in assumption.alike.split() if _is_known(path, contents, top)]
        for path, message in alike_faults(known, top):
            yield Fault(("assumptions", row, "alike"), message, path)
        if _is_known(assumption.path, contents, top) and (
            message := unresolved(assumption.path, top)
        ):
            yield Fault(("assumptions", row, "path"), message, assumption.path)


def _is_known(path: str, contents: Contents, top: Mapping[str, Any]) -> bool:
    """Whether a path can be checked: it does not start with a table with invalid records."""
    first = path.split(".")[0]
    return first in top or first not in contents.fields


def _devices_are_not_built(contents: Contents) -> Iterator[Fault]:
    devices = {key for key, site in contents.by_id("sites").items() if site.kind == "device"}
    for row, pool in contents.each("pools"):
        if pool.site in devices and pool.max_pods > 0:
            message = "must be 0: the units of a device fleet are given by year, not built"
            yield Fault(("pools", row, "max_pods"), message, pool.max_pods)
    for table, what in (("site_generators", "generators"), ("site_storage", "storage")):
        for row, units in contents.each(table):
            if units.site in devices:
                message = f"is a device fleet, which cannot have {what}"
                yield Fault((table, row, "site"), message, units.site)


def _contracts_are_of_the_grid(contents: Contents) -> Iterator[Fault]:
    sites = contents.by_id("sites")
    for row, contract in contents.each("contracts"):
        if contract.site in sites and sites[contract.site].kind == "offgrid":
            message = "is off-grid, so it cannot use a contract"
            yield Fault(("contracts", row, "site"), message, contract.site)


def _sites_can_serve(contents: Contents) -> Iterator[Fault]:
    with_pools = contents.referred("pools", "site")
    with_generators = contents.referred("site_generators", "site")
    sites = () if "sites" in contents.unsure else contents.each("sites")
    for row, site in sites:
        if with_pools is not None and site.id not in with_pools:
            yield Fault(("sites", row), "has no pool of hardware, so it cannot serve")
        if site.kind == "offgrid":
            if with_generators is not None and site.id not in with_generators:
                message = "is off-grid and has no generators, so it cannot serve"
                yield Fault(("sites", row), message)
        elif site.redundant_units > 0:
            message = f"must be 0 at a {site.kind} site: only off-grid sites keep redundant units"
            yield Fault(("sites", row, "redundant_units"), message, site.redundant_units)
    served = contents.referred("serving", "hardware")
    types = contents.by_id("hardware")
    for row, pool in contents.each("pools"):
        if served is not None and pool.hardware in types and pool.hardware not in served:
            message = "no serving configuration uses it, so it cannot serve"
            yield Fault(("pools", row, "hardware"), message, pool.hardware)


def _hardware_has_space(contents: Contents) -> Iterator[Fault]:
    """Existing hardware must fit at an existing site, or no plan exists."""
    types = contents.by_id("hardware")
    pools: dict[str, list[Any]] = {}
    for _, pool in contents.each("pools"):
        if pool.hardware in types:
            pools.setdefault(pool.site, []).append(pool)
    years = contents.sections["time"].years if "time" in contents.sections else ()
    for row, site in contents.each("sites"):
        if site.it_limit_mw is None or not site.existing:
            continue
        for year in years:
            needed = sum(
                at_year(pool.existing_units, year) * types[pool.hardware].loaded_w / W_PER_MW
                for pool in pools.get(site.id, ())
            )
            limit = at_year(site.it_limit_mw, year)
            if year >= site.available_from and needed > limit * (1 + ROUNDING):
                message = (
                    f"is {limit:.6g} MW in {year}, less than the {needed:.6g} MW that the"
                    " existing_units of its pools need at loaded_w"
                )
                yield Fault(("sites", row, "it_limit_mw"), message)
                break
