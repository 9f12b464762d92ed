"""The complete program of a case: variables, then every family."""

from collections.abc import Callable
from types import MappingProxyType

from optimizer.formulation import (
    capacity,
    capital_budget,
    co2_cap,
    contracts,
    deferral,
    demand,
    demand_curve,
    edge_share,
    failover,
    generation,
    grid_limit,
    interconnection,
    investment,
    linking,
    objective,
    single_site,
    site_balance,
    site_power,
    storage,
    zone_cap,
)
from optimizer.formulation.layout import Layout, lay_out
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Program
from optimizer.solvers.writer import Writer

Family = Callable[[Case, Layout, Writer], None]

FAMILIES: MappingProxyType[str, Family] = MappingProxyType(
    {
        "1 demand": demand.add,
        "1 deferral": deferral.add,
        "2 demand curve": demand_curve.add,
        "3 serving capacity": capacity.add,
        "4 site power": site_power.add,
        "5 site balance": site_balance.add,
        "5 contracts": contracts.add,
        "6 grid limit": grid_limit.add,
        "7 generation": generation.add,
        "8 storage": storage.add,
        "9 investment": investment.add,
        "9 interconnection": interconnection.add,
        "10 linking": linking.add,
        "10 single site": single_site.add,
        "11 CO2 cap": co2_cap.add,
        "11 capital budget": capital_budget.add,
        "11 zone cap": zone_cap.add,
        "11 edge share": edge_share.add,
        "11 failover": failover.add,
        "12 objective": objective.add,
    }
)


def compose(case: Case, families: tuple[str, ...] = tuple(FAMILIES)) -> tuple[Program, Layout]:
    """Build the program of a case.

    Parameters
    ----------
    case : Case
        The instance in arrays.
    families : tuple of str
        Names of the families to include, all by default; tests leave one out to show its effect.
    """
    writer = Writer()
    layout = lay_out(case, writer)
    for name in families:
        FAMILIES[name](case, layout, writer)
    return writer.program(objective.COSTS), layout
