"""What differs between two displacements, and whether it exceeds their intervals."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from optimizer.diff.inputs import Difference
from optimizer.diff.tolerance import NOISE, alike

PROVED, AT_BUILDS, UNDETERMINED, SAME = "proved", "at these builds", "undetermined", "same"

MEASURES = ("tokens", "energy", "peak", "draw", "stress")
FIGURES = ("displacement", "rest_without", "rest_with", "intervention")
JUDGED = ("work", "grid", "stress")
"""Measures with a verdict beside that of energy."""

WORDS = ("intervention", "status", "verdict", "forced_by", "mandates_dropped")


@dataclass(frozen=True)
class DisplacementComparison:
    """What differs between two displacements.

    Attributes
    ----------
    telling : str
        Whether energy D differs: `PROVED` if no plans within the gaps have the same, `AT_BUILDS` if
        none with the builds found do, `UNDETERMINED` if the intervals overlap or are unknown,
        `SAME`.
    words : tuple of Difference
        Intervention, status, verdicts and what forces them, if they differ.
    a, b : mapping
        Energy displacement with its intervals: ``displacement``, ``interval``,
        ``proved_interval``.
    measures : tuple of Difference
        ``tokens.displacement``, ``energy.rest_without`` and so on (Gtok, MWh and MW), if they
        differ.
    by_year : tuple of Difference
        Verdict and energy D of each year, if they differ.
    """

    telling: str
    words: tuple[Difference, ...]
    a: Mapping[str, Any]
    b: Mapping[str, Any]
    measures: tuple[Difference, ...]
    by_year: tuple[Difference, ...]

    @property
    def differs(self) -> bool:
        """Whether anything differs."""
        return bool(self.telling != SAME or self.words or self.measures or self.by_year)


def compare_displacements(a: Mapping[str, Any], b: Mapping[str, Any]) -> DisplacementComparison:
    """Compare two displacements, given as `Displacement.summary` returns them."""
    energy = [
        {
            "displacement": _figure(side, "energy", "displacement"),
            "interval": side["interval"],
            "proved_interval": side["proved_interval"],
        }
        for side in (a, b)
    ]
    return DisplacementComparison(
        telling=_telling(*energy),
        words=(
            *(Difference(name, a[name], b[name]) for name in WORDS if a[name] != b[name]),
            *_verdicts(a, b),
        ),
        a=energy[0],
        b=energy[1],
        measures=tuple(
            difference
            for measure in MEASURES
            for name in FIGURES
            for difference in _figures("", a, b, measure, name)
        ),
        by_year=tuple(_years(a, b)),
    )


def _verdicts(a: Mapping[str, Any], b: Mapping[str, Any]) -> Iterator[Difference]:
    """Yield the verdicts by work, grid draw and stress that differ."""
    for name in JUDGED:
        first, second = (_words(side, name) for side in (a, b))
        if first != second:
            yield Difference(f"{name}_verdict", first, second)


def _words(side: Mapping[str, Any], name: str) -> str | None:
    words: str | None = ((side.get("verdicts") or {}).get(name) or {}).get("words")
    return words


def _telling(a: Mapping[str, Any], b: Mapping[str, Any]) -> str:
    if alike(a["displacement"], b["displacement"]) and all(
        alike(a[name][end], b[name][end])
        for name in ("interval", "proved_interval")
        for end in ("low", "high")
    ):
        return SAME
    if not _disjoint(a["interval"], b["interval"]):
        return UNDETERMINED
    return PROVED if _disjoint(a["proved_interval"], b["proved_interval"]) else AT_BUILDS


def _disjoint(a: Mapping[str, float | None], b: Mapping[str, float | None]) -> bool:
    """Whether two intervals are known and do not meet."""
    ends = (a["low"], a["high"], b["low"], b["high"])
    if None in ends:
        return False
    low_a, high_a, low_b, high_b = (float(end or 0.0) for end in ends)
    return low_a > high_b + NOISE or low_b > high_a + NOISE


def _years(a: Mapping[str, Any], b: Mapping[str, Any]) -> Iterator[Difference]:
    sides = [{row["year"]: row for row in side["by_year"]} for side in (a, b)]
    for year in sorted({*sides[0], *sides[1]}):
        first, second = (side.get(year, {}) for side in sides)
        if first.get("verdict") != second.get("verdict"):
            yield Difference(f"{year}.verdict", first.get("verdict"), second.get("verdict"))
        yield from _figures(f"{year}.", first, second, "energy", "displacement")


def _figures(
    prefix: str, a: Mapping[str, Any], b: Mapping[str, Any], measure: str, name: str
) -> Iterator[Difference]:
    first, second = (_figure(side, measure, name) for side in (a, b))
    if not alike(first, second):
        yield Difference(f"{prefix}{measure}.{name}", first, second)


def _figure(side: Mapping[str, Any], measure: str, name: str) -> float | None:
    figure: float | None = (side.get(measure) or {}).get(name)
    return figure
