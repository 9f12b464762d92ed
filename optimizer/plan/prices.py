"""Shadow prices: short-run with every integer fixed, long-run with siting alone fixed.

One more MW beside a pod of 7 MW is worth nothing to a plan whose pods are fixed, and much to one
that may build another, so both prices are labelled; act on the long-run price.

Prices are one-sided.  What one more unit is worth and what one less costs differ where the plan
sits on a kink, above all where a limit binds in several years: one more MW in a single year is then
worth nothing, and one more in all years much.  See `optimizer.solvers.one_sided`.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from optimizer.formulation.limits import AREA_UCAP_DAY as AREA_UCAP_DAY
from optimizer.formulation.limits import BUDGET as BUDGET
from optimizer.formulation.limits import CAP_MW_YEAR as CAP_MW_YEAR
from optimizer.formulation.limits import CO2_T as CO2_T
from optimizer.formulation.limits import CONTRACT_MW_YEAR as CONTRACT_MW_YEAR
from optimizer.formulation.limits import EDGE_MTOK as EDGE_MTOK
from optimizer.formulation.limits import WORKLOAD_MTOK as WORKLOAD_MTOK
from optimizer.formulation.limits import ZONE_MW_YEAR as ZONE_MW_YEAR
from optimizer.formulation.limits import Limit, limits
from optimizer.plan.output_tables import PRICES, TABLES
from optimizer.problem.parameters.case import Case
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Floats, Program
from optimizer.solvers.one_sided import OutOfTimeError, Slope, one_sided
from optimizer.solvers.search import Solved
from optimizer.units import USD_PER_KUSD

LONG_RUN, SHORT_RUN = "long-run", "short-run"


def price_table(case: Case, solved: Solved, context: SolveContext) -> pd.DataFrame:
    """Return the table ``prices`` of a plan; see `optimizer.plan.output_tables.PRICES`.

    Parameters
    ----------
    case : Case
        The instance in arrays.
    solved : Solved
        Its program, with a point.
    context : SolveContext

    Returns
    -------
    DataFrame
        Without rows if time runs out.
    """
    point = solved.outcome.point
    program = _without_big_m(solved.program, point)
    priced = limits(case, program, point)
    families = [limit.moves for limit in priced]
    tables = []
    for run, held in ((LONG_RUN, program.gate), (SHORT_RUN, program.integer)):
        try:
            slopes = one_sided(solved.session, program, point, held, families, context)
        except OutOfTimeError:
            return pd.DataFrame()
        tables.append(_rows(case, run, priced, slopes))
    return pd.concat(tables, ignore_index=True)


def _without_big_m(program: Program, point: Floats) -> Program:
    """Return the program without rows that only close what is closed, where it is open.

    Prices hold openings.  The M of these rows is the demand that there is, so at an open site
    they limit nothing, and would forbid one more token of demand.
    """
    program = program.loosened()
    sits = program.rows["sits"]
    row_upper = program.row_upper.copy()
    placed = program.columns["placed"].of(point).round() == 1
    row_upper[sits.index[np.broadcast_to(placed[:, :, None], sits.shape)]] = np.inf
    return program.with_bounds(row_upper=row_upper)


def _rows(
    case: Case,
    run: str,
    priced: Sequence[Limit],
    slopes: Iterable[tuple[list[Slope], Slope]],
) -> pd.DataFrame:
    """Return the rows of one run, by measure, place and year."""
    rows: dict[str, list[tuple[object, ...]]] = {measure: [] for measure in PRICES}
    for limit, (own, together) in zip(priced, slopes, strict=True):
        for measure, per in limit.measures.items():
            ends = [_usd(amount, per) for amount in together]
            for n, slope in enumerate(own):
                amounts = [*(_usd(amount, per * limit.weight[n]) for amount in slope), *ends]
                if limit.absent[n]:
                    amounts = [np.nan] * len(amounts)
                year = case.horizon.years[n]
                rows[measure].append((run, measure, year, limit.where, *amounts))
    names = [column.name for column in TABLES["prices"].columns]
    return pd.DataFrame([row for of in rows.values() for row in of], columns=names)


def _usd(amount: float, per: float) -> float:
    """Return k$ per move as $ per unit; no number if infinite."""
    return amount * USD_PER_KUSD / per if np.isfinite(amount) else np.nan
