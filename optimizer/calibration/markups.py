"""A class with another markup, in the base year and after."""

from optimizer.schema.base import EVERY_YEAR, at_year
from optimizer.schema.demand import WorkloadClass


def markup_in(group: WorkloadClass, year: int) -> float:
    """Markup of a class in a year: a ratio, or $/Mtok."""
    if group.markup_kind == "additive":
        return at_year(group.markup_usd_per_mtok, year)
    return group.markup


def with_markup(group: WorkloadClass, year: int, markup: float) -> WorkloadClass:
    """Return the class with a markup found for a year.

    An amount is carried to other years in proportion to the reference price.  So both kinds say
    the same of those years: demand is D where cost is the same share of the reference price as
    in the base year.

    Raises
    ------
    ValidationError
        Where the class may not have it.
    """
    if group.markup_kind == "multiplicative":
        fields: dict[str, object] = {"markup": markup}
    else:
        reference = group.reference_price_usd_per_mtok
        # Every year that either path names, so that no year of the one before is left.
        years = {*reference, *group.markup_usd_per_mtok} - {EVERY_YEAR} or {EVERY_YEAR}
        base = at_year(reference, year)
        fields = {
            "markup_usd_per_mtok": {y: markup * at_year(reference, y) / base for y in sorted(years)}
        }
    kept = {name: value for name, value in group if name not in fields}
    return WorkloadClass.model_validate(kept | fields)
