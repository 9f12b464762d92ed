"""Every table of a plan that is shown, in the order in which a planner reads them."""

from optimizer.plan.plan import Plan
from optimizer.report.assumptions import headline_assumptions
from optimizer.report.builds import builds
from optimizer.report.deferral import put_off
from optimizer.report.grid import areas, zone_draw, zone_price
from optimizer.report.headline import headline
from optimizer.report.money import costs
from optimizer.report.onsite_generation import own_power
from optimizer.report.policies import policies
from optimizer.report.table import Table
from optimizer.report.token_price import token_price
from optimizer.report.tokens import demand, tokens_by_kind, unserved


def plan_tables(plan: Plan) -> tuple[Table, ...]:
    """Tables of a plan; without a point only what is proven and what is assumed."""
    tables: list[Table | None] = [headline(plan)]
    if plan.has_point:
        tables += [
            zone_draw(plan),
            zone_price(plan),
            areas(plan),
            policies(plan),
            builds(plan),
            own_power(plan),
            costs(plan),
            tokens_by_kind(plan),
            demand(plan),
            unserved(plan),
            put_off(plan),
            token_price(plan),
        ]
    tables.append(headline_assumptions(plan.instance))
    return tuple(table for table in tables if table is not None)
