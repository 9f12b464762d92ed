"""System cost by part, and how welfare follows from it."""

from optimizer.plan.plan import Plan
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import Unit, money_unit, percent
from optimizer.schema.instance import Instance

VALUE, SHED = "value", "shed"
LEAST = 0.5
"""Dollars below which a part is left out."""

WORDS = {
    "network": "network: carrying work to sites and serving it",
    "energy": "energy drawn from the grid",
    "co2": "CO2",
    "operation": "operation of hardware, generators and storage",
    "fuel": "fuel of generators",
    "capacity": "accredited capacity for the peak",
    "hardware": "hardware, annuities of builds",
    "generators": "generators, annuities of builds",
    "storage": "storage, annuities of builds",
    "opening": "sites: opening and fixed cost",
    "interconnection": "grid connections, annuities of builds",
}


def cost_parts(plan: Plan) -> dict[str, float]:
    """Parts of the system cost in dollars, largest first."""
    parts = {name: -usd for name, usd in plan.parts_usd.items() if name not in (VALUE, SHED)}
    shown = ((name, usd) for name, usd in parts.items() if usd >= LEAST)
    return dict(sorted(shown, key=lambda part: -part[1]))


def system_cost(plan: Plan) -> float:
    """All parts of the system cost, dollars."""
    return -sum(usd for name, usd in plan.parts_usd.items() if name not in (VALUE, SHED))


def cost_unit(plan: Plan) -> Unit:
    """The unit in which the table and the chart of costs are shown."""
    return money_unit([system_cost(plan) or plan.parts_usd.get(VALUE, 0.0)])


def costs(plan: Plan) -> DisplayTable:
    """System cost by part, largest first, and how welfare follows from it."""
    total, unit = system_cost(plan), cost_unit(plan)
    value, shed = plan.parts_usd.get(VALUE, 0.0), -plan.parts_usd.get(SHED, 0.0)
    spent = {WORDS.get(name, name): usd for name, usd in cost_parts(plan).items()}
    sums = {
        "value of accepted demand": value,
        "penalties for shed demand": shed,
        "welfare: value less cost and penalties": value - total - shed,
    }
    rows = [
        *((what, unit.text(usd), cost_share(usd, total)) for what, usd in spent.items()),
        ("system cost", unit.text(total), cost_share(total, total)),
        *((what, unit.text(usd), "") for what, usd in sums.items()),
    ]
    title = f"System cost by part, present value in {plan.instance.time.years[0]}: {unit.name}"
    return DisplayTable(title, ("part", unit.name, "share of cost"), tuple(rows))


def cost_share(usd: float, total: float) -> str:
    """A part's share of the system cost; empty if there is no cost."""
    return percent(usd / total) if total else ""


def money_basis(instance: Instance) -> str:
    """Say in which dollars figures are, over which years they are summed, and how discounted."""
    money, time = instance.money, instance.time
    last = time.years[-1] + time.last_span_years - 1
    span = f"{time.years[0]}" if last == time.years[0] else f"{time.years[0]} to {last}"
    return (
        f"Real {money.dollar_year} dollars, summed over {span} and discounted at"
        f" {100 * money.discount_rate:g}% a year to the end of {time.years[0]}; overnight costs"
        " are paid as annuities over the life of the asset."
    )
