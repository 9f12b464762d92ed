"""Where a verdict flips, in a sentence and a table."""

from optimizer.counterfactual.breakeven import Breakeven, Flip
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import NONE, percent, ratio


def breakeven_sentence(answer: Breakeven) -> str:
    """Say plainly whether the verdict flips in the range: never, once, or more often."""
    if not answer.points:
        return "Stopped before any value was looked at."
    first, last = answer.points[0], answer.points[-1]
    span = f"between {first.value:g} and {last.value:g}"
    what = " and ".join(answer.paths)
    if not answer.flips:
        begin = "The" if answer.complete else "Stopped early: so far the"
        return (
            f"{begin} verdict on {answer.intervention} does not flip {span} of {what}:"
            f" {first.words} at all {len(answer.points)} values looked at."
        )
    times = "once" if len(answer.flips) == 1 else f"{len(answer.flips)} times"
    said = "; ".join(map(_flip, answer.flips))
    early = "" if answer.complete else "  Stopped early: a flip may be wider, or missing."
    return f"The verdict on {answer.intervention} flips {times} {span} of {what}: {said}.{early}"


def _flip(flip: Flip) -> str:
    return f"from {flip.before} to {flip.after} between {flip.low:.6g} and {flip.high:.6g}"


def points(answer: Breakeven) -> DisplayTable:
    """Displacement, or rebound, and verdict at every value looked at."""
    rebounds = any(one.rebound is not None for one in answer.points)
    what = "Rebound" if rebounds else "Energy displacement"
    return DisplayTable(
        f"{what} of {answer.intervention}, at the plans found",
        (", ".join(answer.paths), "rebound" if rebounds else "energy D", "verdict"),
        tuple(
            (f"{one.value:.6g}", _found(one.rebound, one.displacement), one.words)
            for one in answer.points
        ),
        words=(2,),
        note="Without the interval of each, so near a flip either verdict may hold.",
    )


def _found(rebound: float | None, displacement: float | None) -> str:
    if rebound is not None:
        return percent(rebound, 0)
    return NONE if displacement is None else ratio(displacement)
