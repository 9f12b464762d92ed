"""What stands on every page alike: warnings, assumptions, how it was made and how to check it."""

from collections.abc import Iterable

from optimizer.plan.plan import Plan
from optimizer.report.display_table import DisplayTable
from optimizer.report.page.html import Html, as_table, element, together
from optimizer.report.tables.instance import headline_assumptions
from optimizer.report.tables.plan import run
from optimizer.schema.instance import Instance


def tables(some: Iterable[DisplayTable | None]) -> Html:
    """Tables that there are, one below the other."""
    return together(as_table(table) for table in some if table is not None)


def warnings(some: Iterable[str]) -> Html:
    """Warnings as the printout words them; nothing where there are none."""
    said = [element("p", f"Warning: {warning}.") for warning in some]
    return element("div", *said, class_="warnings") if said else Html()


def about(instance: Instance) -> Html:
    """Name, title and description of an instance."""
    title = f"{instance.name}{instance.title and f': {instance.title}'}"
    return together([element("h1", title), element("p", instance.description, class_="about")])


def assumptions(instance: Instance) -> Html:
    """Headline assumptions with their ranges."""
    return tables([headline_assumptions(instance)])


def how(plans: Iterable[tuple[str, Plan]]) -> Html:
    """How plans were made, and the command that checks each.

    Parameters
    ----------
    plans : iterable of (str, Plan)
        Each with its folder, as seen from this page's.
    """
    parts: list[Html] = []
    for folder, plan in plans:
        if plan.has_point:
            command = element("code", f"optimizer verify {folder}")
            told = "Recomputes this plan from its instance alone, DIR being this page's folder:"
            parts.append(element("p", told, " ", command))
        parts.append(as_table(run(plan.run)))
    return together(parts)
