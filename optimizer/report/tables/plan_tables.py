"""Every table of a plan that is shown, in the order in which a planner reads them."""

from optimizer.plan.plan import Plan
from optimizer.report.display_table import DisplayTable
from optimizer.report.tables.assumptions import headline_assumptions
from optimizer.report.tables.builds import builds
from optimizer.report.tables.costs import costs
from optimizer.report.tables.deferral import put_off
from optimizer.report.tables.grid import areas, zone_draw, zone_price
from optimizer.report.tables.onsite_generation import own_power
from optimizer.report.tables.plan import headline
from optimizer.report.tables.policies import policies
from optimizer.report.tables.token_price import token_price
from optimizer.report.tables.tokens import demand, tokens_by_kind, unserved


def plan_tables(plan: Plan) -> tuple[DisplayTable, ...]:
    """Tables of a plan; without a point only what is proven and what is assumed."""
    tables: list[DisplayTable | None] = [headline(plan)]
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
