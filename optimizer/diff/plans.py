"""What differs between two plans, and what of it their gaps allow to tell."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from optimizer.diff.inputs import Difference
from optimizer.plan.builds import builds_of
from optimizer.plan.plan import HELD, Plan

DUST = 1e-6
"""Share of a figure, or of system cost, below which a difference is the solver's tolerance."""

A_BETTER, B_BETTER, NOT_TOLD, EQUAL, NOT_COMPARABLE, NO_PLAN = (
    "a is better",
    "b is better",
    "not told",
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
"""Fields without which dollars of two plans are not of one kind."""


@dataclass(frozen=True)
class Figure:
    """A number of both plans; None where a plan has none."""

    name: str
    a: float | None
    b: float | None

    @property
    def change(self) -> float | None:
        """B less A."""
        return None if self.a is None or self.b is None else self.b - self.a


@dataclass(frozen=True)
class BuildDifference:
    """Something of which the plans build another amount; see `optimizer.plan.builds.Build`."""

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
        """Whether it is not the same but for the solver's tolerance."""
        pairs = ((self.a_highest_mw, self.b_highest_mw), (self.a_mean_mw, self.b_mean_mw))
        return any(not _same(a, b) for a, b in pairs)


@dataclass(frozen=True)
class PlanComparison:
    """Two plans beside each other.

    Attributes
    ----------
    status : tuple of str
    verdict : str
        Which of the two has more welfare: `A_BETTER` and `B_BETTER` where that is certain,
        `NOT_TOLD` where the difference is smaller than the gaps, `EQUAL`, `NOT_COMPARABLE` where
        their dollars are not of one kind, or `NO_PLAN` where one of them has none.
    same_input : bool
        Whether both are plans of one program: then their welfares themselves are compared, and
        otherwise the best that there is of either input.
    basis : tuple of Difference
        Why dollars are not comparable; empty where they are.
    figures, parts : tuple of Figure
        Welfare, bound, cost and gap; welfare by part.  In $, and the gap a share of cost.
    low_usd, high_usd : float or None
        Between these lies the welfare of B's best plan less that of A's.
    slack_usd : float or None
        Both distances from the bound together.
    options : tuple of Difference
        How they were solved, where that differs.
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
        """Whether anything that was decided is not the same."""
        named = {figure.name: figure for figure in self.figures}
        cost = named["cost_usd"]
        size = max(abs(cost.a or 0.0), abs(cost.b or 0.0))
        money = (named["welfare_usd"], cost, *self.parts)
        return (
            any(not _same(figure.a, figure.b, size) for figure in money)
            or bool(self.builds)
            or any(one.differs for one in self.zones)
        )


def compare_plans(a: Plan, b: Plan, same_instance: bool) -> PlanComparison:
    """Put two plans beside each other.

    Parameters
    ----------
    a, b : Plan
    same_instance : bool
        Whether their instances are the same, apart from the order of records.
    """
    same = same_instance and _what_is_held(a) == _what_is_held(b)
    basis = tuple(
        Difference(f"{section}.{field}", one, other)
        for section, field in BASIS
        for one, other in [[_field(plan, section, field) for plan in (a, b)]]
        if one != other
    )
    low, high, slack = _range(a, b)
    return PlanComparison(
        status=(a.status, b.status),
        verdict=NOT_COMPARABLE if basis else _verdict(a, b, same, low, high),
        same_input=same,
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
        slack_usd=slack,
        options=tuple(_options(a, b)),
        builds=tuple(_builds(a, b)),
        zones=tuple(_zones(a, b)),
    )


def _field(plan: Plan, section: str, field: str) -> Any:
    value = getattr(getattr(plan.instance, section), field)
    return list(value) if isinstance(value, tuple) else value


def _what_is_held(plan: Plan) -> Any:
    held = plan.run.options.get(HELD)
    return held and {name: held[name] for name in ("until", "builds", "placements")}


def _range(a: Plan, b: Plan) -> tuple[float | None, float | None, float | None]:
    """Ends of the best of B less the best of A, and the distance between them."""
    welfare, bound = (a.welfare_usd, b.welfare_usd), (a.bound_usd, b.bound_usd)
    low = None if welfare[1] is None or bound[0] is None else welfare[1] - bound[0]
    high = None if welfare[0] is None or bound[1] is None else bound[1] - welfare[0]
    return low, high, None if low is None or high is None else max(high - low, 0.0)


def _verdict(a: Plan, b: Plan, same: bool, low: float | None, high: float | None) -> str:
    if a.welfare_usd is None or b.welfare_usd is None or a.cost_usd is None or b.cost_usd is None:
        return NO_PLAN
    dust = DUST * max(abs(a.cost_usd), abs(b.cost_usd), 1.0)
    change = b.welfare_usd - a.welfare_usd
    if same:
        if abs(change) <= dust:
            return EQUAL
        return B_BETTER if change > 0 else A_BETTER
    if low is not None and low > dust:
        return B_BETTER
    if high is not None and high < -dust:
        return A_BETTER
    if low is not None and high is not None and max(-low, high) <= dust:
        return EQUAL
    return NOT_TOLD


def _options(a: Plan, b: Plan) -> Iterator[Difference]:
    one, other = a.run.options, b.run.options
    for name in dict.fromkeys([*one, *other]):
        if one.get(name) != other.get(name):
            yield Difference(name, one.get(name), other.get(name))


def _builds(a: Plan, b: Plan) -> Iterator[BuildDifference]:
    sides = [{(one.path, one.kind, one.year): one for one in builds_of(plan)} for plan in (a, b)]
    for key in dict.fromkeys([*sides[0], *sides[1]]):
        one, other = (side.get(key) for side in sides)
        amounts = (0.0 if one is None else one.amount, 0.0 if other is None else other.amount)
        mw = [0.0 if side is None else side.mw for side in (one, other)]
        if any(side is not None and side.mw is None for side in (one, other)):
            mw = [None, None]
        if not (_same(*amounts) and _same(*mw)):
            yield BuildDifference(*key, *amounts, *mw)


def _zones(a: Plan, b: Plan) -> Iterator[ZoneYear]:
    one, other = (_draws(plan) for plan in (a, b))
    nothing = (None, None)
    for zone, year in dict.fromkeys([*one, *other]):
        (top_a, mean_a), (top_b, mean_b) = (
            side.get((zone, year), nothing) for side in (one, other)
        )
        yield ZoneYear(zone, year, top_a, top_b, mean_a, mean_b)


def _draws(plan: Plan) -> Mapping[tuple[str, int], tuple[float, float]]:
    """Highest and mean draw by zone and year, MW."""
    table = plan.tables["zones"]
    if table.empty:
        return {}
    hours = table["length_h"] * table["days_per_year"]
    weighed = table.assign(hours=hours, mwh=table["draw_mw"] * hours)
    found = {}
    for (zone, year), rows in weighed.groupby(["zone", "year"], sort=False):
        mean = float(rows["mwh"].sum()) / float(rows["hours"].sum())
        found[str(zone), int(str(year))] = float(rows["draw_mw"].max()), mean
    return found


def _same(a: float | None, b: float | None, size: float | None = None) -> bool:
    """Whether two figures are the same but for the solver's tolerance, of a size or of theirs."""
    if a is None or b is None:
        return a == b
    return abs(a - b) <= DUST * (max(abs(a), abs(b), 1.0) if size is None else max(size, 1.0))
