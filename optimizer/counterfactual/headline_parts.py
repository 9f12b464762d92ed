"""The parts of a headline: work, load, and the years, classes and zones that differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from optimizer.counterfactual.factors import Factors
from optimizer.counterfactual.flip import Flip
from optimizer.counterfactual.measures import ClassWork, Measure
from optimizer.counterfactual.verdict import GRID, WORK, Verdicts

YEAR, CLASS, ZONE = "year", "class", "zone"
RELIEVED, LOADED = "relieved", "loaded"

UNCHANGED = 1e-6
"""Share of the rest below which a change is numerical noise."""


@dataclass(frozen=True)
class Work:
    """Tokens that the intervention carries, over all years.

    Attributes
    ----------
    displacement : float or None
        Share of them that the rest would have carried.
    words : str
    gtok, replaced_gtok, new_gtok : float
        What it carries, what the rest gives up, and the difference.
    """

    displacement: float | None
    words: str
    gtok: float
    replaced_gtok: float
    new_gtok: float


@dataclass(frozen=True)
class Load:
    """Load with the intervention less without it, over all years, and its displacement.

    Attributes
    ----------
    energy_mwh, grid_mwh : float
        Site energy, and energy drawn from the grid.
    stress_mw : float or None
        Draw at the hours of grid stress.
    energy, grid, stress : float or None
        Displacement of each.
    """

    energy_mwh: float
    grid_mwh: float
    stress_mw: float | None
    energy: float | None
    grid: float | None
    stress: float | None


@dataclass(frozen=True)
class Difference:
    """A year, class or zone whose result is another than that of the whole.

    Attributes
    ----------
    kind : str
        ``year``, ``class`` or ``zone``.
    name, measure, words : str
        A zone is ``relieved`` or ``loaded`` while the grid as a whole is not.
    displacement : float or None
        Of the measure; None for a zone.
    change_mwh : float or None
        Of a zone, over all years.
    """

    kind: str
    name: str
    measure: str
    words: str
    displacement: float | None = None
    change_mwh: float | None = None


@dataclass(frozen=True)
class Headline:
    """What the first lines of every report say, in parts and as sentences.

    Attributes
    ----------
    work : Work or None
    load : Load or None
    factors : Factors or None
    flip : Flip or None
    differs : tuple of Difference
    lines : tuple of str
    """

    work: Work | None = None
    load: Load | None = None
    factors: Factors | None = None
    flip: Flip | None = None
    differs: tuple[Difference, ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Amounts:
    """Every quantity in both worlds; earlier versions did not measure stress."""

    tokens: Measure
    energy: Measure
    draw: Measure
    stress: Measure | None


def differences(
    years: Sequence[tuple[int, Verdicts]],
    classes: Sequence[ClassWork],
    zones: Mapping[str, float],
    whole: Verdicts,
    draw: Measure,
) -> tuple[Difference, ...]:
    """List the years, classes and zones whose result is another than that of the whole.

    Parameters
    ----------
    years : sequence of (year, verdicts)
    classes : sequence of ClassWork
    zones : mapping of str to float
        Change of the draw in each zone, MWh over all years.
    whole : Verdicts
    draw : Measure
        Grid draw of the whole.
    """
    found = []
    for year, verdicts in years:
        for measure, verdict in verdicts.items():
            if verdict.words != getattr(whole, measure).words:
                found.append(
                    Difference(YEAR, str(year), measure, verdict.words, verdict.displacement)
                )
    for group in classes:
        d = group.tokens.displacement
        if d is not None and group.words != whole.work.words:
            found.append(Difference(CLASS, group.workload_class, WORK, group.words, d))
    noise = UNCHANGED * max(draw.rest_without, 1.0)
    total = _direction(change_of(draw), noise)
    for name, change in zones.items():
        if (direction := _direction(change, noise)) and direction != total:
            found.append(Difference(ZONE, name, GRID, direction, change_mwh=change))
    return tuple(found)


def _direction(change: float, noise: float) -> str:
    if abs(change) <= noise:
        return ""
    return LOADED if change > 0 else RELIEVED


def change_of(measure: Measure) -> float:
    """With the intervention less without it."""
    return measure.rest_with + measure.intervention - measure.rest_without
