"""The numbers that the answer rests on."""

from collections.abc import Iterable

from optimizer.report.display_table import DisplayTable
from optimizer.schema.instance import Assumption, Instance

WHOLE_FROM = 1e5
"""Numbers from here on are shown whole."""


def headline_assumptions(instance: Instance) -> DisplayTable | None:
    """Assumptions that stand beside every result."""
    chosen = [one for one in instance.assumptions if one.headline]
    if not chosen:
        return None
    others = len(instance.assumptions) - len(chosen)
    note = f"{others} more: optimizer info --assumptions." if others else ""
    return _listed("Headline assumptions", chosen, note)


def all_assumptions(instance: Instance) -> DisplayTable | None:
    """Every assumption of an instance."""
    if not instance.assumptions:
        return None
    return _listed("Assumptions", instance.assumptions, "")


def _listed(title: str, chosen: Iterable[Assumption], note: str) -> DisplayTable:
    rows = tuple(
        (
            one.meaning,
            f"{_plain(one.value)} ({_plain(one.low)} to {_plain(one.high)}) {one.unit}",
            one.source,
        )
        for one in chosen
    )
    return DisplayTable(
        title, ("what", "value (range) unit", "source"), rows, words=(0, 1, 2), note=note
    )


def _plain(value: float) -> str:
    """A number as given, without an exponent where it is large."""
    return f"{value:,.0f}" if abs(value) >= WHOLE_FROM else f"{value:,g}"
