"""The page of a plan."""

from pathlib import Path

from optimizer.plan.plan import Plan
from optimizer.report.page.charts.peak_day import peak_day
from optimizer.report.page.charts.plan_bars import build_out, cost_bars, token_bars
from optimizer.report.page.charts.site_map import site_map
from optimizer.report.page.charts.zone_limits import zone_panels
from optimizer.report.page.document import Section, document, write_page
from optimizer.report.page.html import Html, element, together
from optimizer.report.page.provenance_section import about, assumptions, how, tables, warnings
from optimizer.report.tables.builds import builds
from optimizer.report.tables.costs import costs
from optimizer.report.tables.grid import areas, zone_draw, zone_price
from optimizer.report.tables.onsite_generation import own_power
from optimizer.report.tables.plan import headline, status_in_words
from optimizer.report.tables.policies import policies
from optimizer.report.tables.tokens import demand, put_off, token_price, tokens_by_kind, unserved


def write_plan_page(plan: Plan, folder: Path) -> Path:
    """Write the page of a plan into the folder that it is saved in; its file."""
    return write_page(plan_page(plan), folder)


def plan_page(plan: Plan) -> str:
    """The page of a plan; without a point it says so, and gives no figure of a result."""
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
        Section("assumptions", "What it rests on", assumptions(plan.instance)),
        Section("made", "How it was made, and how to check it", how([("DIR", plan)])),
    ]
    return document(f"{plan.instance.name}: plan", top, sections)


def _results(plan: Plan) -> list[Section]:
    return [
        Section(
            "grid",
            "Megawatts against limits",
            together(
                [
                    zone_panels(plan),
                    tables([zone_draw(plan)]),
                    peak_day(plan),
                    tables([zone_price(plan), areas(plan), policies(plan)]),
                ]
            ),
        ),
        Section("map", "Where", site_map(plan)),
        Section(
            "builds",
            "What is built",
            together([build_out(plan), tables([builds(plan), own_power(plan)])]),
        ),
        Section("cost", "What it costs", together([cost_bars(plan), tables([costs(plan)])])),
        Section(
            "tokens",
            "What is served",
            together(
                [
                    token_bars(plan),
                    tables(
                        [
                            tokens_by_kind(plan),
                            demand(plan),
                            unserved(plan),
                            put_off(plan),
                            token_price(plan),
                        ]
                    ),
                ]
            ),
        ),
    ]


def _cards(plan: Plan) -> Html:
    """Welfare, cost, bound and gap, large; each with what it means."""
    table = headline(plan) if plan.has_point else None
    if table is None:
        return Html()
    unit = table.columns[1]
    cards = (
        element(
            "div",
            element("dt", name),
            element(
                "dd",
                figure,
                "" if figure.endswith("%") else together([" ", element("small", unit)]),
                class_="figure",
            ),
            element("dd", told, class_="told"),
        )
        for name, figure, told in table.rows
    )
    return together(
        [
            element("dl", *cards, class_="cards"),
            element("p", table.title, class_="note"),
            element("p", table.note, class_="note"),
        ]
    )
