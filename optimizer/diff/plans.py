"""What differs between two plans, and whether it exceeds their optimality gaps."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from optimizer.diff.inputs import Difference
from optimizer.diff.tolerance import NOISE, alike
from optimizer.plan.builds import builds_of
from optimizer.plan.plan import HELD, Plan

A_BETTER, B_BETTER, UNDETERMINED, EQUAL, NOT_COMPARABLE, NO_PLAN = (
    "a is better",
    "b is better",
    "undetermined",
    "equal",
    "not comparable",
    "no plan",
)

BASIS = (
    ("money", "dollar_year"),
    ("money", "discount_rate"),
    ("time", "years"),
    ("time", "last_span_years"),
)
"""Fields that must be equal for the dollars of two plans to be comparable."""


@dataclass(frozen=True)
class Figure:
    """A number of both plans; None for a plan without it."""

    name: str
    a: float | None
    b: float | None

    @property
    def change(self) -> float | None:
        """B less A."""
        return None if self.a is None or self.b is None else self.b - self.a


@dataclass(frozen=True)
class BuildDifference:
    """Something of which the plans build different amounts; see `optimizer.plan.builds.Build`."""

    path: str
    what: str
    year: int
    a: float
    b: float
    a_mw: float | None
    b_mw: float | None


@dataclass(frozen=True)
class ZoneYear:
    """Draw of modelled load on a zone in a year: highest over all hours, and mean, in MW."""

    zone: str
    year: int
    a_highest_mw: float | None
    b_highest_mw: float | None
    a_mean_mw: float | None
    b_mean_mw: float | None

    @property
    def differs(self) -> bool:
        """Whether the draws differ by more than numerical noise."""
        return not (
            alike(self.a_highest_mw, self.b_highest_mw) and alike(self.a_mean_mw, self.b_mean_mw)
        )


@dataclass(frozen=True)
class PlanComparison:
    """What differs between two plans.

    Attributes
    ----------
    status : tuple of str
    verdict : str
        Which plan has more welfare: `A_BETTER` or `B_BETTER` if that is certain, `UNDETERMINED` if
        the difference does not exceed the gaps, `EQUAL`, `NOT_COMPARABLE` if their dollars are not,
        or `NO_PLAN` if a side has none.
    same_input : bool
        Whether both are plans of one program: then their own welfares are compared, and otherwise
        the best welfare that either input allows.
    basis : tuple of Difference
        Why dollars are not comparable; empty if they are.
    figures, parts : tuple of Figure
        Welfare, bound, cost and gap; welfare by part.  In $, except the gap, a share of cost.
    low_usd, high_usd : float or None
        Range of the welfare of B's best plan less that of A's.
    slack_usd : float or None
        Sum of both distances from the bound.
    options : tuple of Difference
        How they were solved, if that differs.
    builds : tuple of BuildDifference
    zones : tuple of ZoneYear
    """

    status: tuple[str, str]
    verdict: str
    same_input: bool
    basis: tuple[Difference, ...]
    figures: tuple[Figure, ...]
    parts: tuple[Figure, ...]
    low_usd: float | None
    high_usd: float | None
    slack_usd: float | None
    options: tuple[Difference, ...]
    builds: tuple[BuildDifference, ...]
    zones: tuple[ZoneYear, ...]

    @property
    def differs(self) -> bool:
        """Whether any decision, or what it is worth, differs."""
        named = {figure.name: figure for figure in self.figures}
        cost = named["cost_usd"]
        scale = max(abs(cost.a or 0.0), abs(cost.b or 0.0))
        money = (named["welfare_usd"], cost, *self.parts)
        return (
            any(not alike(figure.a, figure.b, scale) for figure in money)
            or bool(self.builds)
            or any(zone.differs for zone in self.zones)
        )


def compare_plans(a: Plan, b: Plan, same_instance: bool) -> PlanComparison:
    """Compare two plans.

    Parameters
    ----------
    a, b : Plan
    same_instance : bool
        Whether their instances are the same, apart from the order of records.
    """
    same_input = same_instance and _fixed(a) == _fixed(b)
    basis = tuple(_differing({f"{s}.{f}": _basis(plan, s, f) for s, f in BASIS} for plan in (a, b)))
    low, high = _less(b.welfare_usd, a.bound_usd), _less(b.bound_usd, a.welfare_usd)
    return PlanComparison(
        status=(a.status, b.status),
        verdict=NOT_COMPARABLE if basis else _verdict(a, b, same_input, low, high),
        same_input=same_input,
        basis=basis,
        figures=tuple(
            Figure(name, getattr(a, name), getattr(b, name))
            for name in ("welfare_usd", "bound_usd", "cost_usd", "gap")
        ),
        parts=tuple(
            Figure(name, a.parts_usd.get(name), b.parts_usd.get(name))
            for name in dict.fromkeys([*a.parts_usd, *b.parts_usd])
        ),
        low_usd=None if basis else low,
        high_usd=None if basis else high,
        slack_usd=None if low is None or high is None else max(high - low, 0.0),
        options=tuple(_differing(plan.run.options for plan in (a, b))),
        builds=tuple(_builds(a, b)),
        zones=tuple(_zones(a, b)),
    )


def _fixed(plan: Plan) -> Any:
    """Return what the plan fixes of an earlier plan."""
    held = plan.run.options.get(HELD)
    return held and {name: held[name] for name in ("until", "builds", "placements")}


def _basis(plan: Plan, section: str, field: str) -> Any:
    value = getattr(getattr(plan.instance, section), field)
    return list(value) if isinstance(value, tuple) else value


def _less(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a - b


def _differing(sides: Iterable[Mapping[str, Any]]) -> Iterator[Difference]:
    a, b = sides
    for name in dict.fromkeys([*a, *b]):
        if a.get(name) != b.get(name):
            yield Difference(name, a.get(name), b.get(name))


def _verdict(a: Plan, b: Plan, same_input: bool, low: float | None, high: float | None) -> str:
    if a.welfare_usd is None or b.welfare_usd is None or a.cost_usd is None or b.cost_usd is None:
        return NO_PLAN
    noise = NOISE * max(abs(a.cost_usd), abs(b.cost_usd), 1.0)
    if same_input:
        low = high = b.welfare_usd - a.welfare_usd
    if low is not None and low > noise:
        return B_BETTER
    if high is not None and high < -noise:
        return A_BETTER
    if low is not None and high is not None and max(-low, high) <= noise:
        return EQUAL
    return UNDETERMINED


def _builds(a: Plan, b: Plan) -> Iterator[BuildDifference]:
    sides = [
        {(build.path, build.kind, build.year): build for build in builds_of(p)} for p in (a, b)
    ]
    for key in dict.fromkeys([*sides[0], *sides[1]]):
        builds = [side.get(key) for side in sides]
        amounts = [0.0 if build is None else build.amount for build in builds]
        mw = [0.0 if build is None else build.mw for build in builds]
        if None in mw:
            mw = [None, None]
        if not (alike(*amounts) and alike(*mw)):
            yield BuildDifference(*key, *amounts, *mw)


def _zones(a: Plan, b: Plan) -> Iterator[ZoneYear]:
    first, second = _draws(a), _draws(b)
    unknown = (None, None)
    for zone, year in dict.fromkeys([*first, *second]):
        highest_a, mean_a = first.get((zone, year), unknown)
        highest_b, mean_b = second.get((zone, year), unknown)
        yield ZoneYear(zone, year, highest_a, highest_b, mean_a, mean_b)


def _draws(plan: Plan) -> Mapping[tuple[str, int], tuple[float, float]]:
    """Return the highest and mean draw by zone and year, MW."""
    table = plan.tables["zones"]
    if table.empty:
        return {}
    hours = table["length_h"] * table["days_per_year"]
    weighed = table.assign(hours=hours, mwh=table["draw_mw"] * hours)
    draws = {}
    for (zone, year), rows in weighed.groupby(["zone", "year"], sort=False):
        mean = float(rows["mwh"].sum()) / float(rows["hours"].sum())
        draws[str(zone), int(str(year))] = float(rows["draw_mw"].max()), mean
    return draws
