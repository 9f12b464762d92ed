"""What is certain about a result if a class ends where its demand curve does.

People would buy more at that price, but the curve of the instance says no more.  A longer curve
only adds demand: welfare and the demand of these classes can only rise.  Their additional demand
may be served by the intervention or by the rest, and may displace other work under a limit.
"""

from collections.abc import Mapping

from optimizer.counterfactual.worlds import BASELINE, COMPARED, NAMES, WITH_INTERVENTION
from optimizer.plan.curve_ends import classes_at_end
from optimizer.plan.plan import Plan

CurveEnds = Mapping[str, tuple[str, ...]]
"""Classes whose demand ends with their curve, by world; worlds without any are left out."""

UNCERTAIN = {
    "displacement": "displacement may be off in either direction",
    "rebound": "rebound may be off in either direction",
    "grid_return": "what each MW serves may be off in either direction",
}
"""What does not follow from an understated demand, by kind of result."""

UNDERSTATED = {
    "rebound": "so is rebound, unless a limit holds back the load of the additional demand",
    "grid_return": "so may be what each MW serves",
}
"""The direction of the error if only the world with the intervention meets the end."""


def curve_ends(plans: Mapping[str, Plan]) -> dict[str, tuple[str, ...]]:
    """Return the classes at the end of their curve in each world that has some."""
    ends = {
        world: classes_at_end(plans[world].instance, plans[world].tables["acceptance"])
        for world in sorted(COMPARED)
        if world in plans
    }
    return {world: classes for world, classes in ends.items() if classes}


def curve_end_line(ends: CurveEnds, kind: str) -> str:
    """Say which curves end, in which world, and what that does to a result; empty if none does."""
    if not any(ends.values()):
        return ""
    names = ", ".join(dict.fromkeys(name for classes in ends.values() for name in classes))
    worlds = [world for world in (BASELINE, WITH_INTERVENTION) if ends.get(world)]
    where = "in both worlds" if len(worlds) > 1 else f"in the world '{NAMES[worlds[0]]}'"
    effect = f"and {UNCERTAIN[kind]}"
    if worlds == [WITH_INTERVENTION] and kind in UNDERSTATED:
        effect = f"and {UNDERSTATED[kind]}"
    return (
        f"The demand curve of {names} ends before demand does, {where}: demand and welfare are"
        f" understated there, {effect}. Nothing is proven; raise max_demand_multiple."
    )
