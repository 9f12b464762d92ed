"""Tables of what is read off a study's results."""

from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import NONE, decimals, figure_text, number, percent
from optimizer.studies.analysis.rank_regression import RankRegression
from optimizer.studies.analysis.scale import DISPLACEMENT, REBOUND, Scale
from optimizer.studies.analysis.shares import NO_ANSWER, Share, VerdictShares
from optimizer.studies.analysis.sobol import SobolIndices
from optimizer.studies.analysis.swings import Swings
from optimizer.studies.analysis.verdict_map import VerdictMap
from optimizer.studies.facts import SALTELLI

EVEN = {"latin_hypercube": "a Latin hypercube", "sobol": "a Sobol sequence"}
"""Samples that spread more evenly than independent draws."""

FIGURES = 4


def flips(found: VerdictMap, words: str = "") -> DisplayTable:
    """Where the verdict flips: along one axis each place, over two the extent of each line."""
    of = f"{found.intervention}{words and f', {words}'}"
    rows = []
    for flip in found.flips:
        spans = [_span([point[place] for point in flip.points]) for place in (0, 1)]
        edge = NONE if flip.edge is None else figure_text(found.scale, flip.edge)
        axes = spans[:1] if not found.y else spans
        rows.append((flip.below, flip.above, edge, *axes))
    heads = [found.x, found.y] if found.y else [found.x]
    seen = "" if rows else f" The verdict on {of} flips nowhere between cells with an answer."
    return DisplayTable(
        f"Where the verdict on {of} flips",
        ("from", "to", _named(found.scale), *heads) if rows else (),
        tuple(rows),
        words=(0, 1),
        note="Between the values looked at, the figure is taken as linear; where a side has none,"
        f" as when it is not used, the middle is named.{seen}",
    )


def _span(values: list[float]) -> str:
    ends = dict.fromkeys(f"{end:.{FIGURES}g}" for end in (min(values), max(values)))
    return " to ".join(ends)


def _named(scale: Scale) -> str:
    return "rebound" if scale is REBOUND else "energy D"


def shares(found: VerdictShares, method: str | None = None, words: str = "") -> DisplayTable:
    """Share of all draws that have each verdict, with its interval."""
    note = "Shares are of all draws, those without an answer among them, counted apart."
    if method in EVEN:
        note += (
            f" The interval takes draws as independent; those of {EVEN[method]} spread more evenly,"
            " so it is conservative: as a rule wider than it need be."
        )
    elif method == SALTELLI:
        note += " Rows of a Saltelli design repeat values, so the interval is too narrow."
    return DisplayTable(
        f"Verdict on {found.intervention}{words and f', {words}'}, {found.draws:,} draws",
        ("verdict", "draws", "share", "95% interval (Wilson)"),
        tuple(
            (one.words, f"{one.count:,}", percent(one.share), share_interval(one))
            for one in found.shares
        ),
        note=note,
    )


def share_interval(one: Share) -> str:
    """Wilson's interval in percent."""
    return f"{percent(one.low)} to {percent(one.high)}"


def shares_sentence(found: VerdictShares) -> str:
    """Say the verdict that most draws have."""
    known = [one for one in found.shares if one.words != NO_ANSWER]
    if not known:
        return f"{found.intervention}: none of {found.draws:,} draws has an answer."
    most = max(known, key=lambda one: one.count)
    sure = f"95% interval {share_interval(most)}"
    return (
        f"{found.intervention}: most often {most.words}, in {percent(most.share)} of"
        f" {found.draws:,} draws ({sure})."
    )


def tornado_table(found: Swings | RankRegression) -> DisplayTable:
    """What each parameter does to the measure, the most first."""
    return _swings(found) if isinstance(found, Swings) else _regression(found)


def measure_words(measure: str) -> tuple[str, Scale | None]:
    """A measure's column in words, and its scale where it has bands."""
    for scale in (DISPLACEMENT, REBOUND):
        own = measure.removesuffix(f"_{scale.measure}")
        if own != measure:
            return f"{_named(scale)} of {own}", scale
    return measure.replace("_usd", ", $"), None


def measured(measure: str, value: float | None) -> str:
    """A value of the measure as text."""
    scale = measure_words(measure)[1]
    if value is None or scale is not None:
        return figure_text(scale or DISPLACEMENT, value)
    return number(value, decimals([value], FIGURES))


def _swings(found: Swings) -> DisplayTable:
    words = measure_words(found.measure)[0]
    return DisplayTable(
        f"One at a time: {words}, {measured(found.measure, found.base)} at base",
        ("parameter", "base", "lowest", words, "highest", words),
        tuple(
            (
                one.parameter,
                f"{one.base:g}",
                f"{one.lowest:g}",
                measured(found.measure, one.low),
                f"{one.highest:g}",
                measured(found.measure, one.high),
            )
            for one in found.swings
        ),
        note="Each parameter alone is moved: what two do together is not seen.",
    )


def _regression(found: RankRegression) -> DisplayTable:
    words = measure_words(found.measure)[0]
    left = f" {found.left_out:,} draws without it are left out." if found.left_out else ""
    return DisplayTable(
        f"What moves {words}: standardised rank regression coefficients (SRRC)",
        ("parameter", "SRRC", "95% interval (bootstrap)"),
        tuple(
            (one.parameter, number(one.value, 2), _between(one.low, one.high))
            for one in found.coefficients
        ),
        note=f"From {found.draws:,} draws.{left} Their ranks explain {percent(found.r_squared, 0)}"
        " of the variance of its ranks (R²); where that is low, effects are not monotonic or act"
        " together, and the order says little.",
    )


def _between(low: float | None, high: float | None) -> str:
    return NONE if low is None else f"{number(low, 2)} to {number(high, 2)}"


def sobol_table(found: SobolIndices) -> DisplayTable:
    """First-order and total indices of each parameter."""
    words = measure_words(found.measure)[0]
    lost = (
        f" {found.dropped:,} are left out since a row has no answer: the indices are of the rest."
        if found.dropped
        else ""
    )
    ranked = sorted(found.indices, key=lambda one: (-one.total, one.parameter))
    return DisplayTable(
        f"Variance of {words}: Sobol indices",
        ("parameter", "first order", "± 95%", "total", "± 95%"),
        tuple(
            (
                one.parameter,
                *(
                    number(value, 2)
                    for value in (one.first, one.first_within, one.total, one.total_within)
                ),
            )
            for one in ranked
        ),
        note=f"{found.blocks:,} blocks of the design.{lost} First order: share of the variance of"
        " the parameter alone; total: with all that it acts together with. Estimates, so below 0"
        " or above 1 is noise.",
    )
