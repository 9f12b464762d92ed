"""Shadow prices from duals: short-run with every integer fixed, long-run with siting alone fixed.

One more MW beside a pod of 7 MW is worth nothing to a plan whose pods are fixed, and much to one
that may build another, so both prices are labelled; act on the long-run price.  All prices are
undiscounted, in dollars of the instance's dollar year, and positive if one more unit of the limit
(or one token less of demand) would raise welfare.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from optimizer.formulation.demand import cost_of_accepting
from optimizer.plan.output_tables import TABLES
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
    """Return the table ``prices`` of one run; see `optimizer.plan.output_tables.PRICES`.

    Parameters
    ----------
    case, program
        The instance in arrays and its program.
    row_dual : ndarray, shape (m,)
        Change of the objective (k$, present value) per unit of each row's bound.
    run : str
        `LONG_RUN` or `SHORT_RUN`.
    """
    instance, horizon, policy = case.instance, case.horizon, case.policy
    years, discount = np.array(horizon.years), horizon.discount
    hours = horizon.hours_per_year.sum()

    def dual(rows: str) -> Floats:
        return program.rows[rows].of(row_dual)

    mw_year = dual("grid_limit").sum(axis=2) / discount * USD_PER_KUSD
    # From the rows of demand, not from what arcs carry: an edge share takes its part in between.
    spent = cost_of_accepting(program, row_dual)
    tokens = case.discounted_gtok
    per_mtok = np.divide(spent, tokens, out=np.full_like(spent, np.nan), where=tokens > 0)
    # k$ of present value per M$ spent in the period, restated in dollars of the period.
    growth = (1 + instance.money.discount_rate) ** (years - years[0])
    zones = [zone.id for zone in instance.zones]
    prices: list[tuple[str, Sequence[str], Floats]] = [
        (ZONE_MW_YEAR, zones, mw_year),
        (ZONE_MWH, zones, mw_year / hours),
        (
            AREA_UCAP_DAY,
            [area.id for area in instance.capacity_areas],
            dual("accredited_peak") / discount * USD_PER_KUSD / DAYS_PER_YEAR,
        ),
        (WORKLOAD_MTOK, [workload.id for workload in instance.workloads], per_mtok),
        (
            CONTRACT_MW_YEAR,
            [contract.id for contract in instance.contracts],
            dual("contract_limit").sum(axis=2) / discount * USD_PER_KUSD,
        ),
        (
            CAP_MW_YEAR,
            [cap.id for cap in instance.zone_caps],
            dual("zone_cap").sum(axis=2) / discount * USD_PER_KUSD,
        ),
        (CO2_T, [WHOLE_INSTANCE] * len(policy.co2_cap_t), dual("co2_cap") / discount),
        (
            BUDGET,
            [WHOLE_INSTANCE] * len(policy.budget),
            dual("capital_budget") * growth / KUSD_PER_MUSD,
        ),
        (EDGE_MTOK, list(policy.share_of), dual("edge_share") / discount / hours),
    ]
    row = [
        (measure, name, year) for measure, names, _ in prices for name in names for year in years
    ]
    measure, where, year = zip(*row, strict=True)
    return TABLES["prices"].frame(
        {
            "run": run,
            "measure": measure,
            "year": year,
            "where": where,
            "value": np.concatenate([values.ravel() for *_, values in prices]),
        }
    )
