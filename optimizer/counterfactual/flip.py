"""The nearest flip: the smallest change that moves energy displacement into another band."""

import math

from pydantic import BaseModel, ConfigDict, computed_field, field_validator

from optimizer.counterfactual.verdict import NOT_USED

ELASTICITY, SIZE = "elasticity", "size"
"""Kinds of change that scale several values at once; all others add to a limit."""

USD = "$/year"
"""Unit of the capital budget."""

UNPLANNED = "no plan"
"""In place of a band: a world has no plan."""

MADE = {
    "amplifies": "makes it amplify",
    "adds": "makes it add",
    "mostly adds": "makes it mostly add",
    "mixed": "makes it mixed",
    "mostly substitutes": "makes it mostly substitute",
    "substitutes": "makes it substitute",
    "over-displaces": "makes it over-displace",
    NOT_USED: "leaves it unused",
    UNPLANNED: "leaves no plan",
}
"""What a change does, by where it leads."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, allow_inf_nan=False)


class SearchedChange(_Record):
    """One change that was searched for a flip.

    Attributes
    ----------
    what, kind : str
        As in `Flip`.
    lowest, highest : float
        Range of relative changes in which no flip nearer than `relative_distance` was found.
    relative_distance : float or None
        Relative change at which the band flips; None if it does not within the range.
    """

    what: str
    kind: str
    lowest: float
    highest: float
    relative_distance: float | None = None


class Flip(_Record):
    """A change that moves energy displacement into another band.

    Attributes
    ----------
    before : str
        The band before the flip; without a change the verdict, which may name two.
    after : str or None
        Band that the change leads to, ``not used``, or ``no plan``; None if no flip was found.
    kind : str or None
        ``zone``, ``capacity area``, ``zone cap``, ``CO2 cap``, ``capital budget``,
        ``elasticity`` or ``size``.
    what : str or None
        The limit, as in ``forced_by``; ``elasticity``, or the intervention whose size changes.
    paths : tuple of str
        What is changed, as in ``--set``: a limit by the same amount in every year, an elasticity
        or a size by the same factor everywhere.
    unit : str or None
        Unit of the values; ``times`` for a factor.
    value, value_at_flip : float or None
        Now and at the flip; a limit's mean over the years, weighted by the years that each
        period represents.  An elasticity or a size is 1 now.
    distance, relative_distance : float or None
        The change to the value at the flip, in its unit and as a share of the value now.
    bracket : tuple of float or None
        The largest change that keeps the band, 0 if none is known, and the smallest that does not:
        the distance is the second.
    confirmed : bool
        Whether both worlds were solved to the gap at both ends of the bracket.  Otherwise the
        flip is that of relaxations with the openings of the two plans.
    next : Flip or None
        The flip of relaxations that follows if the same change grows, if it was found.
    searched : tuple of SearchedChange
        Every change that was searched, and how far.
    """

    before: str
    after: str | None = None
    kind: str | None = None
    what: str | None = None
    paths: tuple[str, ...] = ()
    unit: str | None = None
    value: float | None = None
    value_at_flip: float | None = None
    distance: float | None = None
    relative_distance: float | None = None
    bracket: tuple[float, float] | None = None
    confirmed: bool = False
    next: "Flip | None" = None
    searched: tuple[SearchedChange, ...] = ()

    @field_validator("after")
    @classmethod
    def _is_known(cls, after: str | None) -> str | None:
        if after is not None and not set(after.split(" to ")) <= MADE.keys():
            raise ValueError(f"must be one of {', '.join(MADE)}")
        return after

    @property
    def found(self) -> bool:
        """Whether a flip was found."""
        return self.distance is not None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def phrase(self) -> str:
        """The flip in words, as in ``+400 MW of RTO, 0.25% of it, makes it mixed``."""
        if self.distance is None or self.relative_distance is None or self.after is None:
            return _nothing_found(self.searched)
        further = ""
        if self.next is not None and self.next.distance is not None:
            about = "about " if self.confirmed and not self.next.confirmed else ""
            further = f", and {about}{_amount(self.next)} {_made(self.next)}"
        doubt = "" if self.confirmed else " (by a relaxation, not confirmed)"
        if self.kind in (ELASTICITY, SIZE):
            return f"{_amount(self)} {_made(self)}{further}{doubt}"
        share = f"{abs(self.relative_distance):.2g}"
        percent = f"{100 * float(share):g}%"
        return f"{_amount(self)} of {self._limit}, {percent} of it, {_made(self)}{further}{doubt}"

    @property
    def _limit(self) -> str:
        named = self.what or ""
        return f"the {named}" if self.kind in ("CO2 cap", "capital budget") else named


def _made(flip: Flip) -> str:
    after = flip.after or UNPLANNED
    return MADE.get(after, f"makes it {after}")  # the verdict may name two bands


def _amount(flip: Flip) -> str:
    """Write the change with its sign and unit, to three figures."""
    distance = flip.distance or 0.0
    if flip.kind in (ELASTICITY, SIZE):
        percent, more = f"{rounded_up(100 * abs(distance)):,g}%", distance > 0
        if flip.kind == ELASTICITY:
            return f"demand {percent} {'more' if more else 'less'} elastic"
        return f"{flip.what} {percent} {'larger' if more else 'smaller'}"
    sign, amount = "+" if distance > 0 else "-", f"{rounded_up(abs(distance)):,.12g}"
    return f"{sign}${amount} a year" if flip.unit == USD else f"{sign}{amount} {flip.unit}"


def _nothing_found(searched: tuple[SearchedChange, ...]) -> str:
    """Say that nothing moves the band, within which range."""
    if not searched:
        return "nothing was found that could move it"
    names = [f"{c.what}'s size" if c.kind == SIZE else c.what for c in searched]
    spans = [f"{100 * c.lowest:+.3g}% to {100 * c.highest:+.3g}%" for c in searched]
    if len(set(spans)) == 1:
        return f"no change from {spans[0]} of {_listed(names)} was found to move it"
    ranges = [f"{name} ({span})" for name, span in zip(names, spans, strict=True)]
    return f"no change of {_listed(ranges)} was found to move it"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def rounded_up(amount: float, figures: int = 3) -> float:
    """Round a positive amount up to significant figures, or to a whole number if it is large.

    A change that is rounded up is not smaller than the one that was solved.
    """
    if amount <= 0 or not math.isfinite(amount):
        return amount
    places = max(figures - 1 - math.floor(math.log10(amount)), 0)
    size = 10.0**places
    return math.ceil(round(amount * size, 6)) / size
