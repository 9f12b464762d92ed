"""What differs between two displacements, and what of it their intervals allow to tell."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from optimizer.diff.inputs import Difference

DUST = 1e-6
"""Difference of D, or share of a figure, that is the solver's tolerance."""

PROVED, AT_BUILDS, NOT_TOLD, SAME = "proved", "at these builds", "not told", "same"

MEASURES = ("tokens", "energy", "peak", "draw")
FIGURES = ("displacement", "rest_without", "rest_with", "intervention")
WORDS = ("intervention", "status", "verdict", "forced_by", "mandates_dropped")


@dataclass(frozen=True)
class AnswerComparison:
    """Two displacements beside each other.

    Attributes
    ----------
    telling : str
        Whether energy D differs: `PROVED` where no plans within the gaps have the same, `AT_BUILDS`
        where none at the builds found have, `NOT_TOLD` where the intervals overlap or are not
        known, `SAME`.
    words : tuple of Difference
        Intervention, status, verdict and what forces it, where they differ.
    a, b : mapping
        Energy displacement with its intervals: ``displacement``, ``interval``,
        ``proved_interval``.
    measures : tuple of Difference
        ``tokens.displacement``, ``energy.rest_without`` and so on: Gtok, MWh and MW; those that
        differ.
    by_year : tuple of Difference
        Verdict and energy D of each year, where they differ.
    """

    telling: str
    words: tuple[Difference, ...]
    a: Mapping[str, Any]
    b: Mapping[str, Any]
    measures: tuple[Difference, ...]
    by_year: tuple[Difference, ...]

    @property
    def differs(self) -> bool:
        """Whether anything in the answers is not the same."""
        return bool(self.telling != SAME or self.words or self.measures or self.by_year)


def compare_answers(a: Mapping[str, Any], b: Mapping[str, Any]) -> AnswerComparison:
    """Put two displacements, as `Displacement.summary` has them, beside each other."""
    one, other = _energy(a), _energy(b)
    return AnswerComparison(
        telling=_telling(one, other),
        words=tuple(Difference(name, a[name], b[name]) for name in WORDS if a[name] != b[name]),
        a=one,
        b=other,
        measures=tuple(_measures(a, b)),
        by_year=tuple(_years(a, b)),
    )


def _energy(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "displacement": _figure(answer, "energy", "displacement"),
        "interval": answer["interval"],
        "proved_interval": answer["proved_interval"],
    }


def _telling(a: Mapping[str, Any], b: Mapping[str, Any]) -> str:
    if alike(a["displacement"], b["displacement"]) and all(
        alike(a[name][end], b[name][end])
        for name in ("interval", "proved_interval")
        for end in ("low", "high")
    ):
        return SAME
    if not _apart(a["interval"], b["interval"]):
        return NOT_TOLD
    return PROVED if _apart(a["proved_interval"], b["proved_interval"]) else AT_BUILDS


def _apart(a: Mapping[str, float | None], b: Mapping[str, float | None]) -> bool:
    """Whether two intervals are known and do not meet."""
    ends = (a["low"], a["high"], b["low"], b["high"])
    if None in ends:
        return False
    low_a, high_a, low_b, high_b = (float(end or 0.0) for end in ends)
    return low_a > high_b + DUST or low_b > high_a + DUST


def _measures(a: Mapping[str, Any], b: Mapping[str, Any]) -> Iterator[Difference]:
    for measure in MEASURES:
        for name in FIGURES:
            one, other = _figure(a, measure, name), _figure(b, measure, name)
            if not alike(one, other):
                yield Difference(f"{measure}.{name}", one, other)


def _years(a: Mapping[str, Any], b: Mapping[str, Any]) -> Iterator[Difference]:
    one, other = ({row["year"]: row for row in side["by_year"]} for side in (a, b))
    for year in sorted({*one, *other}):
        rows = one.get(year, {}), other.get(year, {})
        verdicts = [row.get("verdict") for row in rows]
        if verdicts[0] != verdicts[1]:
            yield Difference(f"{year}.verdict", *verdicts)
        found = [_figure(row, "energy", "displacement") for row in rows]
        if not alike(*found):
            yield Difference(f"{year}.energy.displacement", found[0], found[1])


def _figure(answer: Mapping[str, Any], measure: str, name: str) -> float | None:
    found: float | None = (answer.get(measure) or {}).get(name)
    return found


def alike(a: float | None, b: float | None) -> bool:
    """Whether two figures are the same but for the solver's tolerance."""
    if a is None or b is None:
        return a == b
    return abs(a - b) <= DUST * max(abs(a), abs(b), 1.0)
