"""What every page has in common: warnings, assumptions, provenance and how to verify it."""

from collections.abc import Iterable

from optimizer.plan.plan import Plan
from optimizer.report.page.document import Section
from optimizer.report.page.html import Html, as_table, as_tables, element, together
from optimizer.report.tables.instance import headline_assumptions
from optimizer.report.tables.plan import run
from optimizer.schema.instance import Instance


def warnings(messages: Iterable[str]) -> Html:
    """Warnings in the words of the printout; empty if there are none."""
    shown = [element("p", f"Warning: {message}.") for message in messages]
    return element("div", *shown, class_="warnings") if shown else Html()


def about(instance: Instance) -> Html:
    """Name, title and description of an instance."""
    title = f"{instance.name}{instance.title and f': {instance.title}'}"
    return together([element("h1", title), element("p", instance.description, class_="about")])


def card(quantity: str, figure: str, meaning: str) -> Html:
    """A large figure between its name and its meaning."""
    return element(
        "div",
        element("dt", quantity),
        element("dd", figure, class_="figure"),
        element("dd", meaning, class_="meaning"),
    )


def assumptions(instance: Instance) -> Section:
    """Headline assumptions with their ranges."""
    return Section("assumptions", "Assumptions", as_tables([headline_assumptions(instance)]))


def provenance(plans: Iterable[tuple[str, Plan]]) -> Section:
    """How plans were made, and the command that verifies each.

    Parameters
    ----------
    plans : iterable of (str, Plan)
        Each with its folder, relative to that of the page.
    """
    parts: list[Html] = []
    for folder, plan in plans:
        if plan.has_point:
            command = element("code", f"optimizer verify {folder}")
            text = (
                "To recompute this plan from its instance alone (DIR is the folder of this page):"
            )
            parts.append(element("p", text, " ", command))
        parts.append(as_table(run(plan.run)))
    return Section("provenance", "Provenance and verification", together(parts))
