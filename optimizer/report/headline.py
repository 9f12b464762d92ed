"""How a solve ended, and what the plan is worth with what is proven about it."""

from optimizer.plan import Plan
from optimizer.report.numbers import decimals, money, money_unit, number, percent
from optimizer.report.table import Table

WITH_PLAN = {
    "optimal": "Solved: this plan is optimal.",
    "gap_reached": "Solved: this plan is within the gap asked for.",
    "time_limit": "Stopped at the time limit with a plan that may not be the best.",
    "interrupted": "Interrupted: this is the best plan found until then.",
}
WITHOUT_PLAN = {
    "infeasible": "Infeasible: no plan meets every constraint.",
    "time_limit": "Stopped at the time limit before a plan was found.",
    "interrupted": "Interrupted before a plan was found.",
}


def status_in_words(plan: Plan) -> str:
    """How the solve ended, in a sentence."""
    words = (WITH_PLAN if plan.has_point else WITHOUT_PLAN).get(plan.status)
    said = words or f"The solver stopped without an answer: {plan.status}."
    forced = [group.id for group in plan.instance.classes if group.must_serve]
    if plan.status == "infeasible" and forced:
        said += f" Work that must be served whatever the limits: {', '.join(forced)}."
    return said


def headline(plan: Plan) -> Table | None:
    """Welfare, cost, bound and gap, each with its meaning; nothing where nothing is proven."""
    year, dollars = plan.instance.time.years[0], plan.instance.money.dollar_year
    figures = {
        "welfare": (plan.welfare_usd, "value of the work accepted less cost and penalties"),
        "bound": (plan.bound_usd, "no plan has a higher welfare with these demand steps"),
        "cost": (plan.cost_usd, "system cost: energy, capacity, hardware, sites, network"),
        "bound on cost": (plan.cost_bound_usd, "no plan that serves all demand costs less"),
    }
    known = {name: (value, told) for name, (value, told) in figures.items() if value is not None}
    amounts = [value for value, _ in known.values()]
    size, unit = money_unit(amounts)
    places = max(decimals([amount / size for amount in amounts]), 0 if unit == "$" else 1)
    rows = [(name, number(value / size, places), told) for name, (value, told) in known.items()]
    if plan.gap is not None and plan.welfare_usd is not None and plan.bound_usd is not None:
        better = max(plan.bound_usd - plan.welfare_usd, 0.0)
        better = 1.0 if 0.0 < better < 1.0 else better
        told = f"of cost: no plan can be better by more than {money(better)}"
        rows.append(("gap", percent(plan.gap, 3), told))
    if not rows:
        return None
    title = f"{plan.instance.name}: {unit}, present value in {year} in dollars of {dollars}"
    columns = ("", unit, "meaning")
    return Table(title, columns, tuple(rows), words=(0, 2))
