"""Checks that span records: only what is certainly wrong, whatever a study varies.

A pool that may not be built or a limit of zero is no fault here: a what-if may ask for it.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any

from optimizer.schema.assumed import alike_faults, unresolved
from optimizer.schema.base import EVERY_YEAR, Record
from optimizer.schema.contents import Contents
from optimizer.schema.densing import densing_faults
from optimizer.schema.interventions import intervention_faults
from optimizer.schema.references import Fault, Names, address, check_references, key_of
from optimizer.schema.site_faults import site_faults
from optimizer.schema.training import training_faults

YEARS_AROUND = 50
"""Years before the first period or after the last beyond which a year is a slip of the pen."""


class FaultsFoundError(ValueError):
    """What is wrong across the records of an instance; its text lists every fault."""

    def __init__(self, faults: Sequence[Fault], names: Names) -> None:
        self.faults = tuple(faults)
        told = [f"{address(fault.location, names)}: {fault}" for fault in faults]
        super().__init__("\n".join(told))


def find_faults(contents: Contents) -> Iterator[Fault]:
    """Yield every fault across records: references first, then what they make of each other."""
    yield from check_references(contents.names, contents.unsure)
    for check in (
        site_faults,
        _hardware_is_plausible,
        _models_are_plausible,
        _areas_are_disjoint,
        _interventions_name_something,
        intervention_faults,
        _profiles_fit_their_use,
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
                message = f"stands in {name} already; a zone belongs to one capacity area"
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
            message = f"names nothing: there is no site of kind {' or '.join(wanted)}"
            yield Fault(("interventions", row, "site_kinds"), message)


def _profiles_fit_their_use(contents: Contents) -> Iterator[Fault]:
    profiles = contents.by_id("profiles")
    local = {key for key, profile in profiles.items() if profile.clock == "local"}
    for row, zone in contents.each("zones"):
        for field in ("other_profile", "price_profile"):
            if getattr(zone, field) in local:
                message = "its clock is a region's, which a zone does not have; make it instance"
                yield Fault(("zones", row, field), message, getattr(zone, field))
    weather = {key for key, one in contents.by_id("generators").items() if one.follows_weather}
    for row, use in contents.each("site_generators"):
        if use.generator in weather and use.availability_profile is None:
            message = f"is required: the output of {use.generator} follows the weather"
            yield Fault(("site_generators", row, "availability_profile"), message)
    highest = {
        key: max(profiles[key].values)
        for key in {use.availability_profile for _, use in contents.each("site_generators")}
        if key in profiles
    }
    for row, use in contents.each("site_generators"):
        if highest.get(use.availability_profile, 0.0) > 1:
            message = (
                "is a share of nameplate and must be at most 1 in every hour;"
                f" it reaches {highest[use.availability_profile]:g}"
            )
            where = ("site_generators", row, "availability_profile")
            yield Fault(where, message, use.availability_profile)


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
                    message = f"a year must lie from {first} to {last}, near the periods"
                    yield Fault((*location, year), message)


def _yearly_paths(
    where: tuple[str | int, ...], record: Record
) -> Iterator[tuple[tuple[str | int, ...], dict[int, Any]]]:
    """Every path by year in a record and in those that it holds, with its place."""
    for field, value in record.__dict__.items():
        name = "class" if field == "workload_class" else field
        if isinstance(value, dict):
            yield (*where, name), value
        elif isinstance(value, tuple):
            for index, inner in enumerate(value):
                if isinstance(inner, Record):
                    yield from _yearly_paths((*where, name, index), inner)


def _assumptions_lead_somewhere(contents: Contents) -> Iterator[Fault]:
    top: dict[str, Any] = dict(contents.sections)
    for table in contents.whole:
        records = [record for _, record in contents.each(table)]
        keys = map(key_of, repeat(table), contents.names.get(table, ()))
        top[table] = dict(zip(keys, records, strict=True))
    for row, assumption in contents.each("assumptions"):
        known = [one for one in assumption.alike.split() if _is_known(one, contents, top)]
        for path, message in alike_faults(known, top):
            yield Fault(("assumptions", row, "alike"), message, path)
        if _is_known(assumption.path, contents, top) and (
            message := unresolved(assumption.path, top)
        ):
            yield Fault(("assumptions", row, "path"), message, assumption.path)


def _is_known(path: str, contents: Contents, top: Mapping[str, Any]) -> bool:
    """Whether a path can be judged: what it begins with is no table with faulty records."""
    first = path.split(".")[0]
    return first in top or first not in contents.fields
