"""Limits that bind without and with an intervention, and what displacement is without them."""

from optimizer.counterfactual.binding_limits import BindingLimit, in_both_worlds
from optimizer.counterfactual.results import Displacement
from optimizer.counterfactual.verdict import NOT_USED, UNDETERMINED
from optimizer.counterfactual.worlds import WITH_INTERVENTION
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import percent, ratio
from optimizer.report.tables.grid import MOST_ZONES
from optimizer.report.years import sentences, shown_years, years_note

LONGEST_LIST = 6
"""Limits that the note describes one by one."""


def binding_table(answer: Displacement) -> DisplayTable | None:
    """Hours of each year in which limits bind in both worlds; None if none binds in either."""
    if not answer.binding or not answer.plans:
        return None
    plan = answer.plans[WITH_INTERVENTION]
    years = shown_years(plan)
    hours: dict[str, dict[int, BindingLimit]] = {}
    for limit in answer.binding:
        hours.setdefault(limit.limit, {})[limit.year] = limit
    order = sorted(hours, key=lambda name: -_longest(hours[name]))
    rows = []
    for name in order[:MOST_ZONES]:
        for words, field in (("without", "hours_without"), ("with it", "hours_with")):
            by_year = hours[name]
            cells = (_hours(by_year[y], field) if y in by_year else "0" for y in years)
            rows.append((name, words, *cells))
    hidden = len(order) - MOST_ZONES
    return DisplayTable(
        "Hours a year in which limits bind, without and with it",
        ("limit", "", *map(str, years)),
        tuple(rows),
        words=(0, 1),
        note=sentences(
            lifted_sentences(answer),
            f"{hidden} more limits in binding.parquet." if hidden > 0 else "",
            years_note(plan, "binding.parquet"),
        ),
    )


def _longest(by_year: dict[int, BindingLimit]) -> float:
    return max(limit.hours_without + limit.hours_with for limit in by_year.values())


def _hours(limit: BindingLimit, field: str) -> str:
    hours = float(getattr(limit, field))
    if 0 < hours < 0.5:
        return "under 1"
    share = limit.share_with if field == "hours_with" else limit.share_without
    return f"{hours:,.0f} ({percent(share, 0)})" if share >= 0.005 else f"{hours:,.0f}"


def lifted_sentences(answer: Displacement) -> str:
    """Say what displacement is without each limit that binds in both worlds."""
    if answer.lifted_limits is None:
        names = in_both_worlds(answer.binding)
        if not names or answer.energy is None or answer.energy.displacement is None:
            return ""
        return "Whether a limit forces the verdict was not tested: no world was solved without it."
    told = []
    for each in answer.lifted_limits[:LONGEST_LIST]:
        if each.verdict == UNDETERMINED:
            told.append(f"Without {each.limit} no plan was found.")
            continue
        forces = each.limit in answer.forced_by
        follows = "it forces the verdict" if forces else "it does not force the verdict"
        becomes = (
            f"{answer.intervention} would not be used"
            if each.verdict == NOT_USED
            else f"energy D would be {ratio(each.displacement)} ({each.verdict})"
        )
        told.append(f"Without {each.limit} in either world, {becomes}: {follows}.")
    return sentences(*told)
