"""Tables of the analyses of a study: flips, shares of verdicts, and what drives a measure."""

from collections.abc import Sequence

from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import NONE, decimals, figure_text, number, percent, plain
from optimizer.report.tables.study_layout import DESIGN, Panel
from optimizer.studies.analysis.rank_regression import RankRegression
from optimizer.studies.analysis.scale import DISPLACEMENT, REBOUND, Scale
from optimizer.studies.analysis.shares import NO_ANSWER, Share, VerdictShares
from optimizer.studies.analysis.sobol import SobolIndex, SobolIndices, sobol_indices
from optimizer.studies.analysis.swings import Swings
from optimizer.studies.analysis.tornado import tornado
from optimizer.studies.analysis.verdict_map import VerdictMap
from optimizer.studies.summary import SALTELLI, StudySummary

EVEN = {"latin_hypercube": "a Latin hypercube", "sobol": "a Sobol sequence"}
"""Samples that are more even than independent draws."""

FIGURES = 4

Drivers = Swings | RankRegression | SobolIndices
"""What moves a measure, by any of the analyses."""


def flips(verdicts: VerdictMap, words: str = "") -> DisplayTable:
    """Where the verdict flips: the place along one axis, or over two the extent of each line."""
    of = f"{verdicts.intervention}{words and f', {words}'}"
    rows = []
    for flip in verdicts.flips:
        spans = [_span([point[place] for point in flip.points]) for place in (0, 1)]
        edge = NONE if flip.edge is None else figure_text(verdicts.scale, flip.edge)
        rows.append((flip.below, flip.above, edge, *(spans if verdicts.y else spans[:1])))
    axes = [verdicts.x, verdicts.y] if verdicts.y else [verdicts.x]
    never = "" if rows else f" The verdict on {of} flips nowhere between cells with an answer."
    return DisplayTable(
        f"Flips of the verdict on {of}",
        ("from", "to", figure_name(verdicts.scale), *axes) if rows else (),
        tuple(rows),
        words=(0, 1),
        note="The figure is interpolated linearly between scenarios; next to a scenario without"
        f" one, such as not used, the flip is placed midway.{never}",
    )


def _span(values: list[float]) -> str:
    ends = (plain(float(f"{end:.{FIGURES}g}")) for end in (min(values), max(values)))
    return " to ".join(dict.fromkeys(ends))


def figure_name(scale: Scale) -> str:
    """What a scale measures."""
    return "rebound" if scale is REBOUND else "energy D"


def shares(verdicts: VerdictShares, method: str | None = None, words: str = "") -> DisplayTable:
    """Share of all draws with each verdict, with its interval."""
    note = "Shares are of all draws; those without an answer are counted separately."
    if method in EVEN:
        note += (
            " The interval treats draws as independent; those of"
            f" {EVEN[method]} are more even, so it is conservative: usually wider than necessary."
        )
    elif method == SALTELLI:
        note += " Rows of a Saltelli design repeat values, so the interval is too narrow."
    return DisplayTable(
        f"Verdict on {verdicts.intervention}{words and f', {words}'}, {verdicts.draws:,} draws",
        ("verdict", "draws", "share", "95% interval (Wilson)"),
        tuple(
            (share.words, f"{share.count:,}", percent(share.share), share_interval(share))
            for share in verdicts.shares
        ),
        note=note,
    )


def share_interval(share: Share) -> str:
    """Wilson's interval in percent."""
    return f"{percent(share.low)} to {percent(share.high)}"


def shares_sentence(verdicts: VerdictShares) -> str:
    """Name the most frequent verdict."""
    known = [share for share in verdicts.shares if share.words != NO_ANSWER]
    if not known:
        return f"{verdicts.intervention}: none of {verdicts.draws:,} draws has an answer."
    most = max(known, key=lambda share: share.count)
    return (
        f"{verdicts.intervention}: most often {most.words}, in {percent(most.share)} of"
        f" {verdicts.draws:,} draws (95% interval {share_interval(most)})."
    )


def drivers(
    kind: str, panel: Panel, measure: str, parameters: Sequence[str], facts: StudySummary
) -> Drivers:
    """Analyse what moves a measure over the rows of a panel.

    Raises
    ------
    InputError
        If there are too few rows, or the design is incomplete.
    """
    analyse = sobol_indices if kind == DESIGN else tornado
    effects: Drivers = analyse(panel.rows, list(parameters), measure, facts.seed)
    return effects


def drivers_table(effects: Drivers) -> DisplayTable:
    """Effect of each parameter on the measure, largest first."""
    if isinstance(effects, SobolIndices):
        return _sobol(effects)
    return _swings(effects) if isinstance(effects, Swings) else _regression(effects)


def measure_words(measure: str) -> tuple[str, Scale | None]:
    """A measure's column in words, and its scale if it has bands."""
    for scale in (DISPLACEMENT, REBOUND):
        own = measure.removesuffix(f"_{scale.measure}")
        if own != measure:
            return f"{figure_name(scale)} of {own}", scale
    return measure.replace("_usd", ", $"), None


def measured(measure: str, value: float | None) -> str:
    """A value of the measure as text."""
    scale = measure_words(measure)[1]
    if value is None or scale is not None:
        return figure_text(scale or DISPLACEMENT, value)
    return number(value, decimals([value], FIGURES))


def _swings(effects: Swings) -> DisplayTable:
    words = measure_words(effects.measure)[0]
    return DisplayTable(
        f"One at a time: {words}, {measured(effects.measure, effects.base)} at base",
        ("parameter", "base", "lowest", words, "highest", words),
        tuple(
            (
                swing.parameter,
                plain(swing.base),
                plain(swing.lowest),
                measured(effects.measure, swing.low),
                plain(swing.highest),
                measured(effects.measure, swing.high),
            )
            for swing in effects.swings
        ),
        note="Each parameter is moved alone, so joint effects are not captured.",
    )


def _regression(effects: RankRegression) -> DisplayTable:
    words = measure_words(effects.measure)[0]
    left = f" {effects.left_out:,} draws without it are left out." if effects.left_out else ""
    return DisplayTable(
        f"Drivers of {words}: standardised rank regression coefficients (SRRC)",
        ("parameter", "SRRC", "95% interval (bootstrap)"),
        tuple(
            (driver.parameter, number(driver.value, 2), _between(driver.low, driver.high))
            for driver in effects.coefficients
        ),
        note=f"From {effects.draws:,} draws.{left} Ranks explain {percent(effects.r_squared, 0)} of"
        " the variance (R²); if that is low, effects are not monotonic or interact, and the"
        " ranking means little.",
    )


def _between(low: float | None, high: float | None) -> str:
    return NONE if low is None else f"{number(low, 2)} to {number(high, 2)}"


def ranked(effects: SobolIndices) -> list[SobolIndex]:
    """Indices by parameter, largest total first."""
    return sorted(effects.indices, key=lambda index: (-index.total, index.parameter))


def _sobol(effects: SobolIndices) -> DisplayTable:
    words = measure_words(effects.measure)[0]
    dropped = (
        f" {effects.dropped:,} are left out because a row has no answer; indices are of the rest."
        if effects.dropped
        else ""
    )
    rows = (
        (index.parameter, index.first, index.first_within, index.total, index.total_within)
        for index in ranked(effects)
    )
    return DisplayTable(
        f"Variance of {words}: Sobol indices",
        ("parameter", "first order", "± 95%", "total", "± 95%"),
        tuple((name, *(number(value, 2) for value in values)) for name, *values in rows),
        note=f"{effects.blocks:,} blocks of the design.{dropped} First order: the share of the"
        " variance due to the parameter alone; total: including its interactions. These are"
        " estimates, so a value below 0 or above 1 is noise.",
    )
