"""Welfare by part."""

from optimizer.plan.plan import Plan
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import decimals, money_unit, number, percent
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
    "hardware": "hardware, annuities of what is built",
    "generators": "generators, annuities of what is built",
    "storage": "storage, annuities of what is built",
    "opening": "sites: opening and fixed cost",
    "interconnection": "grid connections, annuities of what is built",
}


def cost_parts(plan: Plan) -> list[tuple[str, float]]:
    """Parts of the system cost in dollars, largest first."""
    spent = {name: -amount for name, amount in plan.parts_usd.items() if name not in (VALUE, SHED)}
    return sorted(
        ((name, amount) for name, amount in spent.items() if amount >= LEAST),
        key=lambda part: -part[1],
    )


def costs(plan: Plan) -> DisplayTable:
    """System cost by part, largest first, and how welfare follows from it."""
    spent = {name: -amount for name, amount in plan.parts_usd.items() if name not in (VALUE, SHED)}
    total = sum(spent.values())
    value, shed = plan.parts_usd.get(VALUE, 0.0), -plan.parts_usd.get(SHED, 0.0)
    size, unit = money_unit([*spent.values(), total, value])
    places = max(decimals([total / size]), 0 if unit == "$" else 1)
    rows = [
        (WORDS.get(name, name), number(amount / size, places), _share(amount, total))
        for name, amount in cost_parts(plan)
    ]
    rows.append(("system cost", number(total / size, places), _share(total, total)))
    sums = {
        "value of the work accepted": value,
        "penalties for accepted work not served": shed,
        "welfare: value less cost and penalties": value - total - shed,
    }
    rows += [(what, number(amount / size, places), "") for what, amount in sums.items()]
    year = plan.instance.time.years[0]
    title = f"Cost by part: {unit}, present value in {year}"
    return DisplayTable(title, ("part", unit, "share of cost"), tuple(rows))


def money_basis(instance: Instance) -> str:
    """Say which dollars figures are in, discounted to when at what rate, and over which years."""
    money, time = instance.money, instance.time
    last = time.years[-1] + time.last_span_years - 1
    span = f"{time.years[0]}" if last == time.years[0] else f"{time.years[0]} to {last}"
    return (
        f"Real dollars of {money.dollar_year}, summed over {span}, discounted at"
        f" {100 * money.discount_rate:g}% a year to the end of {time.years[0]}; overnight costs"
        " are paid as annuities over the life of what is built."
    )


def _share(amount: float, total: float) -> str:
    return percent(amount / total) if total else ""
