"""The whole program of a case: variables, then every family."""

from collections.abc import Callable
from types import MappingProxyType

from optimizer.formulation import (
    capacity,
    demand,
    demand_curve,
    generation,
    grid_limit,
    investment,
    linking,
    objective,
    site_balance,
    site_power,
    storage,
)
from optimizer.formulation.layout import Layout, lay_out
from optimizer.parameters.case import Case
from optimizer.program import Program, Writer

Family = Callable[[Case, Layout, Writer], None]

FAMILIES: MappingProxyType[str, Family] = MappingProxyType(
    {
        "1 demand": demand.add,
        "2 demand curve": demand_curve.add,
        "3 serving capacity": capacity.add,
        "4 site power": site_power.add,
        "5 site balance": site_balance.add,
        "6 grid limit": grid_limit.add,
        "7 generation": generation.add,
        "8 storage": storage.add,
        "9 investment": investment.add,
        "10 linking": linking.add,
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
        Names of the families to include, all by default; tests leave one out to see that it
        is missed.
    """
    writer = Writer()
    layout = lay_out(case, writer)
    for name in families:
        FAMILIES[name](case, layout, writer)
    return writer.program(objective.COSTS), layout
