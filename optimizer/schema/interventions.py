"""Records of interventions: new sites and models, efficiency gains and grid expansions."""

from collections.abc import Iterator
from typing import Self

from pydantic import Field, model_validator

from optimizer.schema.base import Identifier, OwnId, Record, Yearly, default
from optimizer.schema.contents import Contents
from optimizer.schema.quantities import Megawatts, Months, PositiveMultiple
from optimizer.schema.references import Fault, unknown
from optimizer.schema.sites import SiteKind


class Efficiency(Record):
    """Less energy or hardware per token, in all configurations or some."""

    energy_factor: PositiveMultiple = default(
        1.0, "J/token above idle, as a multiple of that without the intervention"
    )
    hardware_factor: PositiveMultiple = default(
        1.0, "Hardware per token, as a multiple of that without it; divides tokens/s"
    )
    densing_doubling_months: Months | None = default(
        None, "Doubling time of the densing law with it; if null, the instance's"
    )
    serving: tuple[Identifier, ...] = default(
        (), "Ids of the configurations that the factors apply to; if empty, all"
    )

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if (
            self.energy_factor == 1
            and self.hardware_factor == 1
            and (self.densing_doubling_months is None)
        ):
            raise ValueError(
                "changes nothing: give energy_factor, hardware_factor or densing_doubling_months"
            )
        return self


class Expansion(Record):
    """An increase of a zone's limit, or of an area's accredited capacity."""

    zone: Identifier | None = default(None, "Zone whose limit is raised")
    capacity_area: Identifier | None = default(None, "Capacity area whose procured UCAP is raised")
    added_mw: Yearly[Megawatts] = Field(description="Increase of the limit or of UCAP")

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.zone is None) == (self.capacity_area is None):
            raise ValueError("give either zone or capacity_area")
        return self


class Intervention(Record):
    """The difference between the baseline and the world with the intervention.

    Either new sites and models, or an efficiency gain, or a grid expansion.
    """

    id: OwnId
    description: str = default("", "Description of the intervention")
    site_kinds: tuple[SiteKind, ...] = default((), "Kinds of site that are new")
    sites: tuple[Identifier, ...] = default((), "Ids of the sites that are new")
    models: tuple[Identifier, ...] = default((), "Ids of the models that are new")
    efficiency: Efficiency | None = default(None, "Less energy or hardware per token")
    grid: tuple[Expansion, ...] = default((), "Expansions of zones or capacity areas")

    @property
    def adds(self) -> bool:
        """Whether it adds sites or models."""
        return bool(self.site_kinds or self.sites or self.models)

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        kinds = [self.adds, self.efficiency is not None, bool(self.grid)]
        if sum(kinds) == 0:
            raise ValueError("give at least one of site_kinds, sites, models, efficiency, grid")
        if sum(kinds) > 1:
            raise ValueError(
                "mixes sites or models, efficiency, and grid, whose effects could not be separated;"
                " use a separate intervention for each"
            )
        return self


def intervention_faults(contents: Contents) -> Iterator[Fault]:
    """Yield a fault for everything that an intervention names but cannot change."""
    for row, intervention in contents.each("interventions"):
        yield from _changes_can_be_made(contents, row, intervention)


def _changes_can_be_made(
    contents: Contents, row: int, intervention: Intervention
) -> Iterator[Fault]:
    if intervention.efficiency is not None:
        known = contents.by_id("serving")
        for index, config in enumerate(intervention.efficiency.serving):
            if "serving" in contents.whole and config not in known:
                where = ("interventions", row, "efficiency", "serving", index)
                yield Fault(where, unknown(config, known, "serving"), config)
    zones, areas = contents.by_id("zones"), contents.by_id("capacity_areas")
    for index, expansion in enumerate(intervention.grid):
        place = ("interventions", row, "grid", index)
        for table, records, key in (
            ("zones", zones, expansion.zone),
            ("capacity_areas", areas, expansion.capacity_area),
        ):
            field = table.removesuffix("s")
            if key is not None and table in contents.whole and key not in records:
                yield Fault((*place, field), unknown(key, records, table), key)
        zone = zones.get(expansion.zone or "")
        if zone is not None and zone.limit_mw is None and zone.capacity_mw is None:
            yield Fault((*place, "zone"), "has no limit to raise", expansion.zone)
        area = areas.get(expansion.capacity_area or "")
        if area is not None and area.procured_ucap_mw is None:
            message = "has no procured_ucap_mw to raise"
            yield Fault((*place, "capacity_area"), message, expansion.capacity_area)
