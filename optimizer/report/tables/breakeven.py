"""The values at which a verdict flips, in a sentence and a table."""

from optimizer.counterfactual.breakeven import Breakeven
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import percent, plain, ratio


def breakeven_sentence(answer: Breakeven) -> str:
    """Say whether the verdict flips in the range: never, once, or more often."""
    if not answer.points:
        return "Stopped before the first value was solved."
    first, last = answer.points[0], answer.points[-1]
    span = f"between {plain(first.value)} and {plain(last.value)} of {' and '.join(answer.paths)}"
    if not answer.flips:
        begin = "The" if answer.complete else "Stopped early: so far the"
        return (
            f"{begin} verdict on {answer.intervention} does not flip {span}: {first.words} at all"
            f" {len(answer.points)} values solved."
        )
    times = "once" if len(answer.flips) == 1 else f"{len(answer.flips)} times"
    flips = "; ".join(
        f"from {flip.before} to {flip.after} between {plain(flip.low)} and {plain(flip.high)}"
        for flip in answer.flips
    )
    early = "" if answer.complete else "  Stopped early: brackets may be wide, or flips missing."
    return f"The verdict on {answer.intervention} flips {times} {span}: {flips}.{early}"


def points(answer: Breakeven) -> DisplayTable:
    """Displacement or rebound, and verdict, at every value solved."""
    rebounds = any(point.rebound is not None for point in answer.points)
    what = "Rebound" if rebounds else "Energy displacement D"
    return DisplayTable(
        f"{what} of {answer.intervention}, at the plans found",
        (", ".join(answer.paths), "rebound" if rebounds else "energy D", "verdict"),
        tuple(
            (
                plain(point.value),
                ratio(point.displacement) if point.rebound is None else percent(point.rebound, 0),
                point.words,
            )
            for point in answer.points
        ),
        words=(2,),
        note="Intervals are not computed, so close to a flip either verdict may hold.",
    )
