"""The page of a plan."""

from pathlib import Path

from optimizer.plan.plan import Plan
from optimizer.report.page.charts.peak_day import peak_day
from optimizer.report.page.charts.plan_bars import build_out, cost_bars, token_bars
from optimizer.report.page.charts.site_map import site_map
from optimizer.report.page.charts.zone_limits import zone_limits
from optimizer.report.page.document import Section, document, write_page
from optimizer.report.page.html import Html, as_tables, element, together
from optimizer.report.page.provenance_section import about, assumptions, card, provenance, warnings
from optimizer.report.tables.builds import builds
from optimizer.report.tables.costs import costs
from optimizer.report.tables.grid import areas, zone_draw, zone_price
from optimizer.report.tables.onsite_generation import onsite_power
from optimizer.report.tables.plan import headline, status_in_words
from optimizer.report.tables.policies import policies
from optimizer.report.tables.tokens import deferral, demand, token_price, tokens_by_kind, unserved


def write_plan_page(plan: Plan, folder: Path) -> Path:
    """Write the page of a plan into the folder in which it is saved; return its file."""
    return write_page(plan_page(plan), folder)


def plan_page(plan: Plan) -> str:
    """The page of a plan; without a plan it says why, and shows no result."""
    top = together(
        [
            about(plan.instance),
            element("p", status_in_words(plan), class_="verdict"),
            _cards(plan),
            warnings(plan.run.warnings),
        ]
    )
    sections = [
        *(_results(plan) if plan.has_point else []),
        assumptions(plan.instance),
        provenance([("DIR", plan)]),
    ]
    return document(f"{plan.instance.name}: plan", top, sections)


def _results(plan: Plan) -> list[Section]:
    limits = [zone_price(plan), areas(plan), policies(plan)]
    grid = [zone_limits(plan), as_tables([zone_draw(plan)]), peak_day(plan), as_tables(limits)]
    built = [build_out(plan), as_tables([builds(plan), onsite_power(plan)])]
    cost = [cost_bars(plan), as_tables([costs(plan)])]
    tokens = [demand(plan), unserved(plan), deferral(plan), token_price(plan)]
    served = [token_bars(plan), as_tables([tokens_by_kind(plan), *tokens])]
    return [
        Section("grid", "Peak load against grid limits", together(grid)),
        Section("map", "Load by site", site_map(plan)),
        Section("builds", "Capacity built", together(built)),
        Section("cost", "System cost", together(cost)),
        Section("tokens", "Demand and tokens served", together(served)),
    ]


def _cards(plan: Plan) -> Html:
    """Welfare, cost, bound and gap in large type, each with its meaning."""
    table = headline(plan) if plan.has_point else None
    if table is None:
        return Html()
    return together(
        [
            element("dl", *(card(*row) for row in table.rows), class_="cards"),
            element("p", table.title, class_="note"),
            element("p", table.note, class_="note"),
        ]
    )
