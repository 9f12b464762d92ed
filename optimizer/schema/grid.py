"""Records of the grid: zones with their megawatt limits, and areas with accredited capacity."""

from typing import Self

from pydantic import Field, model_validator

from optimizer.schema import quantities as unit
from optimizer.schema.base import (
    EVERY_YEAR,
    DisplayName,
    Identifier,
    OwnId,
    Record,
    Yearly,
    at_year,
    by_year,
    default,
    every_year,
)


class SupplyBlock(Record):
    """A block of a zone's supply, which costs more as the modelled load draws more."""

    size_mw: Yearly[unit.Megawatts] | None = Field(
        description="Size of the block; null for the last"
    )
    adder_usd_per_mwh: Yearly[unit.UsdPerMwh] = Field(
        description="Added to the zone's energy price"
    )


class Zone(Record):
    """A part of the grid with a megawatt limit on the modelled load.

    The limit is `limit_mw` if given.  With `capacity_mw` instead, it is in each hour
    ``capacity_mw / (1 + reserve_margin) - other load``, where the other load is `other_peak_mw`
    times `other_profile`, scaled to a maximum of one.  With neither there is no limit.
    """

    id: OwnId
    name: DisplayName = ""
    limit_mw: Yearly[unit.Megawatts] | None = default(
        None, "Limit on the modelled load in every hour"
    )
    capacity_mw: Yearly[unit.Megawatts] | None = default(
        None, "Capacity for the whole load of the zone, including imports"
    )
    reserve_margin: unit.Share = default(0.0, "Reserve margin, as a share of load")
    other_peak_mw: Yearly[unit.Megawatts] = by_year(
        0.0, "Annual peak of the load that is not modelled"
    )
    other_profile: Identifier | None = default(
        None, "Profile of the load that is not modelled; if null, flat"
    )
    energy_price_usd_per_mwh: Yearly[unit.UsdPerMwh] | None = default(
        None, "Wholesale energy price, mean over the year; required unless hourly prices are given"
    )
    price_profile: Identifier | None = default(
        None, "Profile of the price, scaled to a mean of one; if null, flat"
    )
    hourly_price_usd_per_mwh: Identifier | None = default(
        None,
        "Profile of hourly prices in $/MWh, used as they are in every year, instead of"
        " energy_price_usd_per_mwh and price_profile; prices may be negative",
    )
    supply_blocks: tuple[SupplyBlock, ...] = default(
        (), "Supply curve for the modelled load, cheapest block first"
    )
    co2_kg_per_mwh: Yearly[unit.KgPerMwh] = by_year(
        0.0, "Emissions per MWh drawn, mean over the year"
    )
    co2_profile: Identifier | None = default(
        None, "Profile of the emissions per MWh, scaled to a mean of one; if null, flat"
    )
    hourly_co2_kg_per_mwh: Identifier | None = default(
        None,
        "Profile of hourly emissions in kg/MWh, used as they are in every year, instead of"
        " co2_kg_per_mwh and co2_profile",
    )

    @model_validator(mode="after")
    def _one_price_and_one_intensity(self) -> Self:
        if self.hourly_price_usd_per_mwh is None and self.energy_price_usd_per_mwh is None:
            raise ValueError(
                "energy_price_usd_per_mwh ($/MWh) is required, unless hourly_price_usd_per_mwh"
                " names a profile of prices"
            )
        for hourly, others in (
            ("hourly_price_usd_per_mwh", ("energy_price_usd_per_mwh", "price_profile")),
            ("hourly_co2_kg_per_mwh", ("co2_kg_per_mwh", "co2_profile")),
        ):
            for other in others if getattr(self, hourly) is not None else ():
                if getattr(self, other) not in (None, every_year(0.0)):
                    raise ValueError(f"{hourly} and {other} are both given; give one of them")
        return self

    @model_validator(mode="after")
    def _one_way_to_the_limit(self) -> Self:
        if self.limit_mw is not None and self.capacity_mw is not None:
            raise ValueError(
                "limit_mw and capacity_mw are both given; give either the limit, or the capacity"
                " from which other load is subtracted"
            )
        paths = [block.adder_usd_per_mwh for block in self.supply_blocks]
        if self.limit_mw is None and self.capacity_mw is None:
            _refuse_without(
                "capacity_mw",
                "the zone would have no limit",
                reserve_margin=self.reserve_margin,
                other_peak_mw=max(self.other_peak_mw.values()),
            )
        # Paths are linear between given years: if the blocks rise in each of these, they always do.
        for year in sorted({year for path in paths for year in path}):
            adders = [at_year(path, year) for path in paths]
            if adders != sorted(adders):
                when = "" if year == EVERY_YEAR else f" in {year}"
                raise ValueError(f"supply_blocks must rise{when}: order them by adder_usd_per_mwh")
        if any(block.size_mw is None for block in self.supply_blocks[:-1]):
            raise ValueError("only the last of supply_blocks may have size_mw null")
        return self


class CapacityArea(Record):
    """Zones whose coincident peak must be covered by accredited capacity (UCAP)."""

    id: OwnId
    name: DisplayName = ""
    zones: tuple[Identifier, ...] = Field(min_length=1, description="Ids of its zones")
    forecast_pool_requirement: Yearly[unit.PositiveMultiple] = Field(
        description="UCAP required per MW of peak load (forecast pool requirement, FPR)"
    )
    procured_ucap_mw: Yearly[unit.Megawatts] | None = default(
        None, "Accredited capacity procured; if null, only the price applies"
    )
    other_peak_mw: Yearly[unit.Megawatts] = by_year(0.0, "Forecast peak without the modelled load")
    capacity_price_usd_per_mw_day: Yearly[unit.UsdPerMwDay] = Field(description="Price of UCAP")

    @model_validator(mode="after")
    def _covered_where_other_load_is_known(self) -> Self:
        if self.procured_ucap_mw is None:
            _refuse_without(
                "procured_ucap_mw",
                "the area's peak would have no limit",
                other_peak_mw=max(self.other_peak_mw.values()),
            )
        return self


def _refuse_without(missing: str, otherwise: str, **given: float) -> None:
    """Raise ValueError if figures are given whose effect depends on a missing one.

    A blank cell must not silently remove a limit.
    """
    names = " and ".join(name for name, value in given.items() if value > 0)
    if names:
        raise ValueError(
            f"{names} without {missing}: {otherwise}; give {missing}, or remove {names}"
        )
