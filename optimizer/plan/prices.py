"""Prices from duals: short-run with every integer fixed, long-run with only openings fixed.

A MW beside a pod of 7 MW is worth nothing to a plan whose pods are fixed, and a lot to one
that may build another, so both are labelled and the long-run price is the one to act on.  All
are undiscounted, in dollars of the instance's dollar year, and positive where one more unit of
the limit (or one token less of demand) would raise welfare.
"""

import numpy as np
import pandas as pd

from optimizer.formulation.demand import cost_of_accepting
from optimizer.formulation.discounting import slot_weight
from optimizer.problem.parameters.case import Case
from optimizer.problem.parameters.policy import WHOLE_INSTANCE
from optimizer.solvers.milp import Floats, Program
from optimizer.units import DAYS_PER_YEAR, KUSD_PER_MUSD, USD_PER_KUSD

LONG_RUN, SHORT_RUN = "long-run", "short-run"
ZONE_MW_YEAR = "zone_usd_per_mw_year"
ZONE_MWH = "zone_usd_per_mwh"
AREA_UCAP_DAY = "ucap_usd_per_mw_day"
WORKLOAD_MTOK = "workload_usd_per_mtok"
CONTRACT_MW_YEAR = "contract_usd_per_mw_year"
CAP_MW_YEAR = "cap_usd_per_mw_year"
CO2_T = "co2_usd_per_t"
BUDGET = "budget_usd_per_usd"
EDGE_MTOK = "edge_share_usd_per_mtok"


def price_table(case: Case, program: Program, row_dual: Floats, run: str) -> pd.DataFrame:
    """Tidy table of prices.

    Parameters
    ----------
    case, program
        The instance in arrays and its program.
    row_dual : ndarray, shape (m,)
        Change of the objective (k$, present value) with each row's bound.
    run : str
        `LONG_RUN` or `SHORT_RUN`.

    Returns
    -------
    DataFrame
        Columns run, measure, year, where, value.  Measures:

        ``zone_usd_per_mw_year``
            Worth of one more MW of a zone's limit in every hour of the year.
        ``zone_usd_per_mwh``
            The same spread over the year's hours (time-weighted mean).
        ``ucap_usd_per_mw_day``
            Worth of one more MW of accredited capacity, above the capacity price paid.
        ``workload_usd_per_mtok``
            Marginal cost of serving a workload, weighted by its demand over the year; of one
            that may wait, in the hours in which more of it would be done.
        ``contract_usd_per_mw_year``, ``cap_usd_per_mw_year``
            Worth of one more MW of a contract, or of a zone cap, in every hour of the year.
        ``co2_usd_per_t``
            Worth of one more tonne under the CO2 cap, on top of the CO2 price.
        ``budget_usd_per_usd``
            Worth of one more dollar of capital budget, above the dollar itself, in dollars of
            the period in which it is spent.
        ``edge_share_usd_per_mtok``
            Worth of one Mtok less that a least edge share demands.
    """
    years = case.horizon.years
    frames = []
    zones = [zone.id for zone in case.instance.zones]
    annual = program.rows["grid_limit"].of(row_dual).sum(axis=2)
    mw_year = annual / case.horizon.discount[None, :] * USD_PER_KUSD
    frames.append(_long(run, ZONE_MW_YEAR, zones, years, mw_year))
    hours = case.horizon.hours_per_year.sum()
    frames.append(_long(run, ZONE_MWH, zones, years, mw_year / hours))

    areas = [area.id for area in case.instance.capacity_areas]
    ucap = program.rows["accredited_peak"].of(row_dual) / case.horizon.discount[None, :]
    per_day = ucap * USD_PER_KUSD / DAYS_PER_YEAR
    frames.append(_long(run, AREA_UCAP_DAY, areas, years, per_day))

    workloads = [workload.id for workload in case.instance.workloads]
    # By the rows of demand and not of what arcs carry: between them an edge share takes its part.
    spent = cost_of_accepting(program, row_dual)
    tokens = np.einsum("wyk,yk->wy", case.demand.level, slot_weight(case))
    per_mtok = np.divide(spent, tokens, out=np.full_like(spent, np.nan), where=tokens > 0)
    frames.append(_long(run, WORKLOAD_MTOK, workloads, years, per_mtok))
    frames += _policy_prices(case, program, row_dual, run)
    return pd.concat(frames, ignore_index=True)


def _policy_prices(case: Case, program: Program, row_dual: Floats, run: str) -> list[pd.DataFrame]:
    """Prices of contracts and of the policies that are set; nothing for one that is not."""
    years, discount = case.horizon.years, case.horizon.discount
    instance, policy = case.instance, case.policy

    def dual(rows: str) -> Floats:
        return program.rows[rows].of(row_dual)

    # k$ of present value for a M$ spent in the period: brought to the period's own dollars.
    rate = instance.money.discount_rate
    growth = np.array([(1 + rate) ** (year - years[0]) for year in years])
    hours = case.horizon.hours_per_year.sum()
    contracts, caps = (
        dual(rows).sum(axis=2) / discount * USD_PER_KUSD for rows in ("contract_limit", "zone_cap")
    )
    return [
        _long(run, measure, names, years, values)
        for measure, names, values in (
            (CONTRACT_MW_YEAR, [one.id for one in instance.contracts], contracts),
            (CAP_MW_YEAR, [cap.id for cap in instance.zone_caps], caps),
            (CO2_T, [WHOLE_INSTANCE] * len(policy.co2_cap_t), dual("co2_cap") / discount),
            (
                BUDGET,
                [WHOLE_INSTANCE] * len(policy.budget),
                dual("capital_budget") * growth / KUSD_PER_MUSD,
            ),
            (EDGE_MTOK, list(policy.share_of), dual("edge_share") / discount / hours),
        )
    ]


def _long(
    run: str, measure: str, names: list[str], years: tuple[int, ...], values: Floats
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "run": run,
            "measure": measure,
            "year": np.tile(np.array(years), len(names)),
            "where": np.repeat(np.array(names, dtype=object), len(years)),
            "value": values.ravel(),
        }
    )
