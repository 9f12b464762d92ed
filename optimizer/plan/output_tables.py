"""The tables of a plan: what a row is, and the unit, meaning and kind of each column.

`optimizer.plan.decode` writes these columns in this order, `optimizer.verification` checks that a
plan has them, and ``optimizer schema --format outputs`` prints them as ``docs/outputs.md``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import pandas as pd


class Kind(StrEnum):
    """What a column holds: part of the row's key, text of the instance, or a finite number."""

    KEY = "key"
    LABEL = "label"
    NUMBER = "number"
    NULLABLE = "number or null"
    BOOLEAN = "true or false"


@dataclass(frozen=True)
class Column:
    """A column of an output table.

    Attributes
    ----------
    name, unit, meaning : str
        The unit is empty for text, booleans and counts without one.
    kind : Kind
    values : mapping of str to str
        Every value that the column may take, with its meaning; empty if they are ids or numbers.
    """

    name: str
    unit: str
    meaning: str
    kind: Kind = Kind.NUMBER
    values: Mapping[str, str] = field(default_factory=dict)


class OutputTable:
    """A table of a plan.

    Parameters
    ----------
    row : str
        What one row is.
    *columns : Column
        In the order in which they are written.
    """

    def __init__(self, row: str, *columns: Column) -> None:
        self.row, self.columns = row, columns

    def frame(self, values: Mapping[str, Any]) -> pd.DataFrame:
        """Return the columns of this table among the values, which must have them all."""
        return pd.DataFrame({column.name: values[column.name] for column in self.columns})


def _key(name: str, meaning: str, unit: str = "", **values: str) -> Column:
    return Column(name, unit, meaning, Kind.KEY, values)


def _label(name: str, meaning: str) -> Column:
    return Column(name, "", meaning, Kind.LABEL)


_YEAR = _key("year", "Period", "calendar year")
_SLOT = (
    _YEAR,
    _key("day", "Representative day, counted from 0 on 1 January", "day of the year"),
    _key("start_h", "First hour of the slot, counted from 0 at midnight", "hour of the day"),
    Column("length_h", "h", "Length of the slot"),
    Column("days_per_year", "days", "Days of a year that the representative day represents"),
)
_WORKLOAD = (_key("region", "Region where the demand arises"), _key("class", "Workload class"))
_SITE = _key("site", "Site")
_KIND = _label("kind", "Kind of site: `device`, `edge`, `cloud` or `offgrid`")

PRICES = {
    "zone_usd_per_mw_year": "One more MW of a zone's limit in every hour of the year",
    "zone_usd_per_mwh": "The same, spread evenly over the hours of the year",
    "ucap_usd_per_mw_day": "One more MW of accredited capacity (UCAP) in a capacity area, above the"
    " capacity price already paid",
    "workload_usd_per_mtok": "One Mtok less demand for a workload: its marginal cost of service,"
    " averaged over its demand in the year; for deferrable work, in the hours that would do more."
    " `left` is what one Mtok more costs",
    "contract_usd_per_mw_year": "One more MW of a contract in every hour of the year",
    "cap_usd_per_mw_year": "One more MW of a zone cap in every hour of the year",
    "co2_usd_per_t": "One more tonne under the CO2 cap, above the CO2 price",
    "budget_usd_per_usd": "One more dollar of capital budget, above the dollar itself, in dollars"
    " of the period in which it is spent",
    "edge_share_usd_per_mtok": "One Mtok less that a minimum edge share requires",
    "space_usd_per_mw_year": "One more MW of space for hardware (`it_limit_mw`) at a site",
    "connection_usd_per_mw_year": "One more MW of existing grid connection at a site that pays for"
    " its connection, in every hour of the year",
    "pods_usd_per_pod": "One more pod in total (`max_pods`). A limit on the whole horizon: one row,"
    " under the first year, in present value",
    "pods_in_year_usd_per_pod": "One more pod in the period, where `max_pods_per_year` is given, in"
    " dollars of the period",
    "generators_usd_per_unit": "One more generator in total (`max_units`); one row, as for pods",
    "generators_in_year_usd_per_unit": "One more generator in the period, where"
    " `max_units_per_year` is given, in dollars of the period",
    "storage_usd_per_unit": "One more unit of storage in total (`max_units`); one row, as for pods",
    "storage_in_year_usd_per_unit": "One more unit of storage in the period, where"
    " `max_units_per_year` is given, in dollars of the period",
}
"""Measures of the table ``prices``: what each is the value of."""

TABLES: Mapping[str, OutputTable] = {
    "placement": OutputTable(
        "The flow of a workload to a serving configuration at a site in a slot. Flows of zero have"
        " no row.",
        *_SLOT,
        *_WORKLOAD,
        _SITE,
        _KIND,
        _label("model", "Model of the serving configuration"),
        _label("hardware", "Hardware of the serving configuration"),
        _key("serving", "Serving configuration"),
        Column("flow_gtok_per_h", "Gtok/h", "Work served, in answer-equivalent tokens"),
    ),
    "demand": OutputTable(
        "The demand of a workload in a slot.",
        *_SLOT,
        *_WORKLOAD,
        Column("reference_gtok_per_h", "Gtok/h", "Demand at the reference price"),
        Column("accepted_gtok_per_h", "Gtok/h", "Demand accepted: reference times multiple"),
        Column("served_gtok_per_h", "Gtok/h", "Demand served in this slot"),
        Column("shed_gtok_per_h", "Gtok/h", "Demand accepted but not served"),
        Column("deferred_gtok", "Gtok", "Backlog of deferred work at the end of the slot"),
    ),
    "acceptance": OutputTable(
        "A step of a workload's demand curve in a year, between crossings of tangents.",
        _YEAR,
        *_WORKLOAD,
        Column("step", "", "Number of the step, counted from 0 at the highest value"),
        Column("from_multiple", "multiple of reference demand", "Start of the step"),
        Column("to_multiple", "multiple of reference demand", "End of the step"),
        Column("value_usd_per_mtok", "$/Mtok", "Willingness to pay in the step, less the markup"),
        Column("accepted_multiple", "multiple of reference demand", "Accepted part of the step"),
    ),
    "capacity": OutputTable(
        "The hardware of a type at a site in a year.",
        _YEAR,
        _SITE,
        _KIND,
        _key("hardware", "Type of hardware"),
        Column("pods_built", "pods", "Pods commissioned in this year"),
        Column("units_built", "units", "Units commissioned in this year"),
        Column("units", "units", "Units installed"),
        Column("units_in_use", "units", "Units installed and switched on"),
    ),
    "sites": OutputTable(
        "A site in a year.",
        _YEAR,
        _SITE,
        _KIND,
        Column("candidate", "", "Whether the plan decides if the site opens", Kind.BOOLEAN),
        Column("open", "", "Whether the site is open", Kind.BOOLEAN),
    ),
    "generators": OutputTable(
        "The generators of a type at a site in a year.",
        _YEAR,
        _SITE,
        _key("generator", "Type of generator"),
        Column("units_built", "units", "Units commissioned in this year"),
        Column("units", "units", "Units installed"),
        Column("nameplate_mw", "MW", "Nameplate capacity installed"),
    ),
    "generation": OutputTable(
        "The output of a type of generator at a site in a slot.",
        *_SLOT,
        _SITE,
        _key("generator", "Type of generator"),
        Column("generation_mw", "MW", "Mean output over the slot"),
    ),
    "storage": OutputTable(
        "The storage of a type at a site in a slot.",
        *_SLOT,
        _SITE,
        _key("storage", "Type of storage"),
        Column("units_built", "units", "Units commissioned in this year"),
        Column("units", "units", "Units installed"),
        Column("charge_mw", "MW", "Mean charging power over the slot"),
        Column("discharge_mw", "MW", "Mean discharging power over the slot"),
        Column("stored_mwh", "MWh", "State of charge at the end of the slot"),
    ),
    "power": OutputTable(
        "The power balance of a site in a slot.",
        *_SLOT,
        _SITE,
        _KIND,
        _label("zone", "Grid zone; empty for a site without a grid connection"),
        Column("power_mw", "MW", "Power the site consumes, cooling included (PUE)"),
        Column("draw_mw", "MW", "Power drawn from the grid"),
        Column("generation_mw", "MW", "Output of the site's own generators"),
        Column("charge_mw", "MW", "Power that charges the site's storage"),
        Column("discharge_mw", "MW", "Power that the site's storage discharges"),
    ),
    "zones": OutputTable(
        "The modelled load on a grid zone in a slot.",
        *_SLOT,
        _key("zone", "Grid zone"),
        Column("draw_mw", "MW", "Power that sites draw from the zone"),
        Column("limit_mw", "MW", "Limit on that draw; null without one", Kind.NULLABLE),
    ),
    "areas": OutputTable(
        "The modelled load on a capacity area in a year.",
        _YEAR,
        _key("area", "Capacity area"),
        Column("peak_mw", "MW", "Coincident peak of the sites' draw"),
        Column("peak_limit_mw", "MW", "Limit on that peak; null without one", Kind.NULLABLE),
        Column("required_ucap_mw", "MW UCAP", "Accredited capacity that the peak requires"),
    ),
    "contracts": OutputTable(
        "The draw on an energy contract in a slot.",
        *_SLOT,
        _key("contract", "Contract"),
        Column("draw_mw", "MW", "Power drawn under the contract"),
        Column("limit_mw", "MW", "Limit on that draw"),
    ),
    "connections": OutputTable(
        "The grid connection of a site that pays for it, in a year.",
        _YEAR,
        _SITE,
        Column("steps_built", "steps", "Steps commissioned in this year"),
        Column("built_mw", "MW", "Capacity commissioned in this year"),
        Column("connection_mw", "MW", "Capacity installed"),
    ),
    "policy": OutputTable(
        "What a policy counts, in a year.",
        _key(
            "measure",
            "What is counted, with its unit",
            co2_t="CO2 emitted, t",
            overnight_usd="Overnight cost of what is built, $",
            cap_mw="Highest draw under a zone cap, MW",
            edge_gtok="Tokens served on devices and edge sites, Gtok",
        ),
        _YEAR,
        _key("where", "Zone cap, workload class, `whole instance` or `all classes`"),
        Column("value", "as in measure", "Amount counted"),
        Column(
            "limit",
            "as in measure",
            "Upper limit, or for `edge_gtok` lower limit; null without one",
            Kind.NULLABLE,
        ),
    ),
    "prices": OutputTable(
        "A shadow price of a limit or a workload, in a year. `value` is what one more unit of the"
        " limit (or one token less of demand) is worth in that year alone, and `left` what one unit"
        " less costs: undiscounted, in dollars of the instance's dollar year. They differ where the"
        " plan sits on a kink. `all_years` is what one more unit in every year together is worth,"
        " in present value: the discounted sum of `value`, or more where the limit binds in several"
        " years. Act on `value`, and on `all_years` if the limit changes for good. Empty if time"
        " ran out.",
        _key(
            "run",
            "What is held fixed",
            **{
                "long-run": "Siting alone: all other investment is re-optimised",
                "short-run": "Every integer decision",
            },
        ),
        _key("measure", "What the price is the value of, with its unit", **PRICES),
        _YEAR,
        _key(
            "where",
            "Zone, capacity area, workload (`region/class`), contract, zone cap, class, site, fleet"
            " (`site/hardware`, `site/generator`, `site/storage`), `whole instance` or"
            " `all classes`",
        ),
        Column(
            "value",
            "as in measure",
            "Worth of one more unit; null for a workload without demand in the year",
            Kind.NULLABLE,
        ),
        Column(
            "left",
            "as in measure",
            "Cost of one unit less; null also if no plan can do with less, whatever it costs",
            Kind.NULLABLE,
        ),
        Column(
            "all_years",
            "as in measure, present value",
            "Worth of one more unit in every year; the same in each year's row",
            Kind.NULLABLE,
        ),
        Column(
            "all_years_left",
            "as in measure, present value",
            "Cost of one unit less in every year; null as for `left`",
            Kind.NULLABLE,
        ),
    ),
}
"""Tables of a plan by name, in the order in which they are saved."""
